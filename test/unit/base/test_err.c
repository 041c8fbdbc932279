#include "harness.h"

#include "base/err.h"

int
main(void)
{
	struct as_why why = {0};

	t_case("codes have names and texts");
	T_STR(as_str_from(as_err_name(AS_ENOMEM)), "AS_ENOMEM");
	T_STR(as_str_from(as_err_text(AS_OK)), "no error");
	T_STR(as_str_from(as_err_name((enum as_err)999)), "AS_E?");
	T_STR(as_str_from(as_err_text((enum as_err)999)), "unknown error");

	t_case("why is optional, and returns the code either way");
	T_INT(as_why_set(NULL, AS_EIO, 3, "x"), AS_EIO);
	T_INT(as_why_set(&why, AS_EIO, 3, "%s", "text"), AS_EIO);
	T_INT(why.code, AS_EIO);
	T_INT(why.at, 3);
	T_STR(as_str_from(why.text), "text");

	t_case("a long reason is cut, and ends");
	(void)as_why_set(&why, AS_EIO, AS_WHY_NOWHERE, "%0500d", 1);
	T_INT(strlen(why.text), sizeof(why.text) - 1);
	return t_done();
}
