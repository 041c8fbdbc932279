#include "intake/value.h"

#include "base/limits.h"
#include "harness.h"
#include "model/report.h"

#include "base/banned.h"

static void
test_addresses(void)
{
	static const struct {
		const char *text;
		enum as_value value;
		const char *ip;
	} rows[] = {
	    {"192.0.2.1", AS_VALUE_OK, "192.0.2.1"},
	    {"2001:db8::1", AS_VALUE_OK, "2001:db8::1"},
	    {"[2001:db8::1]", AS_VALUE_REPAIRED, "2001:db8::1"},
	    {"[2001:db8::1]:25", AS_VALUE_REPAIRED, "2001:db8::1"},
	    {"[192.0.2.1]", AS_VALUE_REPAIRED, "192.0.2.1"},
	    {"192.0.2.1:25", AS_VALUE_REPAIRED, "192.0.2.1"},
	    {"fe80::1%eth0", AS_VALUE_REPAIRED, "fe80::1"},
	    {"::ffff:192.0.2.1", AS_VALUE_REPAIRED, "192.0.2.1"},
	    {"[::ffff:192.0.2.1]:25", AS_VALUE_REPAIRED, "192.0.2.1"},
	    {"192.000.002.010", AS_VALUE_REPAIRED, "192.0.2.10"},
	    {"mail.example.com", AS_VALUE_UNREAD, NULL},
	    {"108r.166.27.220", AS_VALUE_UNREAD, NULL},
	    {"1.2.3", AS_VALUE_UNREAD, NULL},
	    {"[", AS_VALUE_UNREAD, NULL},
	    {":", AS_VALUE_UNREAD, NULL},
	    {"", AS_VALUE_UNREAD, NULL},
	    {"0", AS_VALUE_UNREAD, NULL},
	    {"192.0.2.1, 192.0.2.2", AS_VALUE_UNREAD, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_ip ip;
		char text[AS_IP_TEXT];

		t_case("address \"%s\"", rows[i].text);
		T_INT(as_value_address(as_str_from(rows[i].text), &ip),
		    rows[i].value);
		T_INT(ip.len != 0, rows[i].ip != NULL);
		if (rows[i].ip != NULL)
			T_STR(as_str_from(as_ip_text(&ip, text)), rows[i].ip);
	}
}

static void
test_counts(void)
{
	static const struct {
		const char *text;
		enum as_value value;
		uint64_t count;
	} rows[] = {
	    {"0", AS_VALUE_OK, 0},
	    {"12", AS_VALUE_OK, 12},
	    {"007", AS_VALUE_OK, 7},
	    {"2147483647", AS_VALUE_OK, 2147483647},
	    {"1,234", AS_VALUE_REPAIRED, 1234},
	    {"1,234,567", AS_VALUE_REPAIRED, 1234567},
	    {"3.0", AS_VALUE_REPAIRED, 3},
	    {"1,23", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"1234,567", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"1,234,", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"1.234", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"1.", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"2147483648", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"4294967295", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"18446744073709551616", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"99999999999999999999999999", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"-1", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"+1", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"ten", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	    {"", AS_VALUE_UNREAD, AS_REPORT_NO_COUNT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t count = 1;

		t_case("count \"%s\"", rows[i].text);
		T_INT(as_value_count(as_str_from(rows[i].text), &count),
		    rows[i].value);
		T_OK(count == rows[i].count);
	}
}

static void
test_times(void)
{
	static const struct {
		const char *text;
		enum as_value value;
		int64_t time;
	} rows[] = {
	    {"1627776308", AS_VALUE_OK, 1627776308},
	    {"1627776308616", AS_VALUE_REPAIRED, 1627776308},
	    {"1627776308.9", AS_VALUE_REPAIRED, 1627776308},
	    {"1627776308616.5", AS_VALUE_REPAIRED, 1627776308},
	    {"2021-08-01T00:05:08Z", AS_VALUE_REPAIRED, 1627776308},
	    {"2021-08-01T02:05:08+02:00", AS_VALUE_REPAIRED, 1627776308},
	    {"0", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"-1", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"946684799", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"253402300800", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"99999999999999999999", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"1.", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"@1627776308", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"yesterday", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	    {"", AS_VALUE_UNREAD, AS_REPORT_NO_TIME},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time = 1;

		t_case("time \"%s\"", rows[i].text);
		T_INT(as_value_time(as_str_from(rows[i].text), &time),
		    rows[i].value);
		T_INT(time, rows[i].time);
	}
}

static void
test_words(void)
{
	t_case("known words become lower-case");
	T_STR(as_value_word(AS_WORDS_SPF, AS_STR("SoftFail")), "softfail");
	T_STR(as_value_word(AS_WORDS_DISPOSITION, AS_STR("PASS")), "pass");
	t_case("a word of another field is none here");
	T_OK(as_str_is_null(as_value_word(AS_WORDS_DKIM, AS_STR("softfail"))));
	T_OK(as_str_is_null(as_value_word(AS_WORDS_POLICY, AS_STR("pass"))));
	T_OK(as_str_is_null(as_value_word(AS_WORDS_ANY, AS_STR("pass"))));
	t_case("what a word means for counting");
	T_INT(as_report_verdict(AS_STR("pass")), AS_REPORT_VERDICT_PASS);
	T_INT(as_report_verdict(AS_STR("Fail")), AS_REPORT_VERDICT_FAIL);
	T_INT(as_report_verdict(AS_STR("none")), AS_REPORT_VERDICT_OTHER);
	T_INT(as_report_verdict(AS_STR("softfail")), AS_REPORT_VERDICT_OTHER);
	T_INT(as_report_verdict(AS_STR("hardfail")), AS_REPORT_VERDICT_UNKNOWN);
	T_INT(as_report_verdict(AS_STR("")), AS_REPORT_VERDICT_UNKNOWN);
	T_INT(as_report_verdict(AS_STR_NULL), AS_REPORT_VERDICT_UNKNOWN);
}

int
main(void)
{
	test_addresses();
	test_counts();
	test_times();
	test_words();
	return t_done();
}
