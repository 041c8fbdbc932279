#include "app/map.h"

#include "harness.h"

#define N 5000

static struct item {
	struct as_map_node node;
	char key[20];
} items[N];

int
main(void)
{
	bool all = true, none = true;
	struct as_map m;

	t_case("5000 keys are found, and those removed are not");
	T_INT(as_map_init(&m), AS_OK);
	for (unsigned i = 0; i < N; i++) {
		(void)snprintf(items[i].key, sizeof(items[i].key), "key-%u", i);
		items[i].node.key = as_str_from(items[i].key);
		T_OK(as_map_find(&m, items[i].node.key) == NULL);
		as_map_add(&m, &items[i].node);
	}
	for (unsigned i = 0; i < N; i++)
		all &= as_map_find(&m, as_str_from(items[i].key)) ==
		    &items[i].node;
	T_OK(all);
	for (unsigned i = 0; i < N; i += 2)
		as_map_remove(&m, &items[i].node);
	for (unsigned i = 0; i < N; i++)
		none &= (as_map_find(&m, as_str_from(items[i].key)) == NULL) ==
		    (i % 2 == 0);
	T_OK(none);
	T_INT(m.n, N / 2);

	t_case("a prefix, an empty key and zero octets are keys of their own");
	struct as_map_node a = {.key = {"a\0b", 3}}, b = {.key = {"a\0c", 3}},
			   c = {.key = {"a", 1}}, d = {.key = {"", 0}};
	as_map_add(&m, &a);
	as_map_add(&m, &b);
	as_map_add(&m, &c);
	as_map_add(&m, &d);
	T_OK(as_map_find(&m, a.key) == &a);
	T_OK(as_map_find(&m, b.key) == &b);
	T_OK(as_map_find(&m, c.key) == &c);
	T_OK(as_map_find(&m, d.key) == &d);
	as_map_remove(&m, &a);
	as_map_remove(&m, &a); /* not there: nothing happens */
	T_OK(as_map_find(&m, b.key) == &b);
	as_map_fini(&m);
	return t_done();
}
