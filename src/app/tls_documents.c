#include "app/tls_documents.h"

#include "app/data.h"

#include "base/banned.h"

/* Symbol of app/data behind as_data_tls_, name of the file without ".tsv". */
#define DOCUMENT_MAP(X) \
	X(rfc9325, "rfc9325") \
	X(ncsc_uk, "ncsc-uk-tls") \
	X(mailcheck, "mailcheck-2022") \
	X(ncsc_nl, "ncsc-nl-2025-05") \
	X(bsi, "bsi-tr-02102-2") \
	X(nist, "nist-sp-800-52r2") \
	X(itsp, "itsp-40-062")

/* The texts are variables of another file, which no static table may copy. */
void
as_tls_documents(struct as_tls_document out[AS_TLS_DOCUMENTS])
{
	size_t n = 0;

#define DOCUMENT(symbol, name) \
	out[n++] = (struct as_tls_document){name, as_data_tls_##symbol};
	DOCUMENT_MAP(DOCUMENT)
#undef DOCUMENT
}
