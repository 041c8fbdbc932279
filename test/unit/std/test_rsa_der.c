/*
 * The usual form of an RSA key, and what is near it: that is left to the
 * decoder of libcrypto.
 */
#include "harness.h"
#include "std/rsa_der.h"

#define HEAD "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static const struct {
	const char *name;
	struct as_str der;
	bool taken;
} keys[] = {
    {"a key",
	S("\x30\x1b" HEAD "\x03\x0a\x00\x30\x07\x02\x02\x0c\xa1\x02\x01\x11"),
	true},
    {"a zero before the first bit that is set",
	S("\x30\x1c" HEAD
	  "\x03\x0b\x00\x30\x08\x02\x03\x00\x8c\xa1\x02\x01\x11"),
	true},
    {"a zero that is not needed",
	S("\x30\x1c" HEAD
	  "\x03\x0b\x00\x30\x08\x02\x03\x00\x0c\xa1\x02\x01\x11"),
	false},
    {"a negative number",
	S("\x30\x1b" HEAD "\x03\x0a\x00\x30\x07\x02\x02\x8c\xa1\x02\x01\x11"),
	false},
    {"an exponent of 0",
	S("\x30\x1b" HEAD "\x03\x0a\x00\x30\x07\x02\x02\x0c\xa1\x02\x01\x00"),
	false},
    {"an empty number",
	S("\x30\x1a" HEAD "\x03\x09\x00\x30\x06\x02\x02\x0c\xa1\x02\x00"),
	false},
    {"a length in more octets than it needs",
	S("\x30\x81\x1b" HEAD
	  "\x03\x0a\x00\x30\x07\x02\x02\x0c\xa1\x02\x01\x11"),
	false},
    {"something behind it",
	S("\x30\x1b" HEAD
	  "\x03\x0a\x00\x30\x07\x02\x02\x0c\xa1\x02\x01\x11\x00"),
	false},
    {"something behind the exponent",
	S("\x30\x1d" HEAD
	  "\x03\x0c\x00\x30\x09\x02\x02\x0c\xa1\x02\x01\x11\x05\x00"),
	false},
    {"cut", S("\x30\x1b" HEAD "\x03\x0a\x00\x30\x07\x02\x02\x0c\xa1\x02\x01"),
	false},
    {"bits that are not used",
	S("\x30\x1b" HEAD "\x03\x0a\x01\x30\x07\x02\x02\x0c\xa1\x02\x01\x11"),
	false},
    {"the bare numbers (PKCS #1)", S("\x30\x07\x02\x02\x0c\xa1\x02\x01\x11"),
	false},
    {"another algorithm",
	S("\x30\x1b\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x05"
	  "\x00\x03\x0a\x00\x30\x07\x02\x02\x0c\xa1\x02\x01\x11"),
	false},
    {"nothing", S(""), false},
};

int
main(void)
{
	struct as_str n, e;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		t_case("%s", keys[i].name);
		T_INT(as_rsa_der_read(keys[i].der, &n, &e), keys[i].taken);
		if (!keys[i].taken)
			continue;
		T_OK(e.n == 1 && e.p[0] == 0x11);
		T_OK(n.n == 2 && (unsigned char)n.p[1] == 0xa1);
	}
	return t_done();
}
