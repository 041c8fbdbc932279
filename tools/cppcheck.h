/* What the analyser does not find by itself (it reads no system headers). */
#define TAILQ_FOREACH(var, head, field) \
	for ((var) = (head)->tqh_first; (var); (var) = (var)->field.tqe_next)
#define TAILQ_ENTRY(type) \
	struct { \
		struct type *tqe_next, **tqe_prev; \
	}
#define TAILQ_HEAD(name, type) \
	struct name { \
		struct type *tqh_first, **tqh_last; \
	}
#define json_array_foreach(array, index, value) \
	for ((index) = 0; (index) < json_array_size(array) && \
	     ((value) = json_array_get(array, index)) != NULL; \
	     (index)++)
