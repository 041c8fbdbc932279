# ingest_peer: mails with reports into the SQLite store of Mail::DMARC, one after
# the other; says how many were stored.
use strict;
use warnings;
use Email::Simple;
use Mail::DMARC::Report::Receive;

my $stored = 0;
open(my $null, '>', '/dev/null') or die;
my $old     = select $null;
my $receive = Mail::DMARC::Report::Receive->new;
for my $file (@ARGV) {
    local $/;
    open(my $mail, '<', $file) or die "$file: $!";
    my $octets = <$mail>;
    eval {
        $stored++
          if ($receive->from_email_simple(Email::Simple->new($octets)) || '') eq 'aggregate';
        1;
    } or print STDERR $@;
}
select $old;
print "stored $stored of ", scalar @ARGV, "\n";
