/*
 * store/estate_private - the statements of the writer of the estate.
 */
#ifndef AS_STORE_ESTATE_PRIVATE_H
#define AS_STORE_ESTATE_PRIVATE_H

#include "store/estate.h"
#include "store/sql.h"

struct as_estate_writer {
	struct as_store *s;
	struct as_query *put, *drop, *untag, *tag, *hint, *decide;
};

#endif
