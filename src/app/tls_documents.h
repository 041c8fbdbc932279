/*
 * app/tls_documents - the documents of data/tls that are part of the program.
 */
#ifndef AS_APP_TLS_DOCUMENTS_H
#define AS_APP_TLS_DOCUMENTS_H

#include "assess/tls_verdict.h"

#define AS_TLS_DOCUMENTS 7

/* All of them, RFC 9325 first. */
void as_tls_documents(struct as_tls_document out[AS_TLS_DOCUMENTS]);

#endif
