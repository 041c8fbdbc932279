#include "render/face.h"

#include "base/banned.h"

struct face {
	const char *word;
	enum as_style style;
};

static const struct face faces[] = {
    [AS_VERDICT_NOT_APPLICABLE] = {"n/a", AS_STYLE_DIM},
    [AS_VERDICT_PASS] = {"ok", AS_STYLE_GOOD},
    [AS_VERDICT_INFO] = {"note", AS_STYLE_PLAIN},
    [AS_VERDICT_WARN] = {"WARNING", AS_STYLE_WARN},
    [AS_VERDICT_FAIL] = {"FAIL", AS_STYLE_BAD},
    [AS_VERDICT_UNKNOWN] = {"UNKNOWN", AS_STYLE_UNKNOWN},
};

const char *
as_verdict_word(enum as_verdict v)
{
	return faces[v].word;
}

enum as_style
as_verdict_style(enum as_verdict v)
{
	return faces[v].style;
}

enum as_style
as_grade_style(char grade)
{
	switch (grade) {
	case 'A':
	case 'B': return AS_STYLE_GOOD;
	case 'C':
	case 'D': return AS_STYLE_WARN;
	case '-': return AS_STYLE_DIM;
	case '?': return AS_STYLE_UNKNOWN;
	default: return AS_STYLE_BAD;
	}
}

void
as_grade_put(const struct as_term *t, char grade, size_t columns)
{
	struct as_str text = {&grade, 1};

	as_term_put_padded(t, as_grade_style(grade), text, columns);
}
