#include "app/hosts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/crew_done.h"
#include "app/map.h"
#include "assess/suffix.h"
#include "base/limits.h"

#include "base/banned.h"

TAILQ_HEAD(claim_list, as_claim);
TAILQ_HEAD(visit_list, as_visit);

enum visit_state {
	VISIT_WAITS,    /* for its turn */
	VISIT_RUNS,     /* the crew has it */
	VISIT_FINISHED, /* text holds the facts */
};

struct as_visit {
	struct as_map_node node; /* key: name, NUL, address */
	struct as_hosts *hosts;
	enum visit_state state;
	struct as_turn turn;
	struct as_task task, matrix_task;
	struct as_arena *host_arena; /* while the matrix is asked: of host */
	struct as_host_facts *host;
	struct claim_list waiting;
	unsigned n_claims;
	bool forget; /* not worth keeping: it was never made */
	bool apart;  /* too old for others: out of the map */
	int64_t finished_ms;
	struct as_buf text;
	TAILQ_ENTRY(as_visit) link; /* in `unused`, when n_claims is 0 */
	size_t n_name;
	char octets[]; /* of the key */
};

struct as_hosts {
	struct as_hosts_config config;
	struct as_map visits;
	struct visit_list unused; /* finished, least recently used first */
	size_t octets;            /* of all finished texts */
};

struct as_hosts *
as_hosts_new(const struct as_hosts_config *config)
{
	struct as_hosts *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->config = *config;
	if (h->config.max_visits == 0)
		h->config.max_visits = AS_MAX_HOST_CACHE;
	if (h->config.max_octets == 0)
		h->config.max_octets = AS_MAX_HOST_CACHE_OCTETS;
	TAILQ_INIT(&h->unused);
	if (as_map_init(&h->visits) != AS_OK) {
		free(h);
		return NULL;
	}
	return h;
}

static void
visit_free(struct as_visit *v)
{
	as_arena_free(v->host_arena);
	as_buf_fini(&v->text);
	free(v);
}

void
as_hosts_free(struct as_hosts *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->visits.n_slots; i++) {
		struct as_map_node *node = h->visits.slots[i];
		while (node != NULL) {
			struct as_map_node *next = node->next;
			visit_free((struct as_visit *)node);
			node = next;
		}
	}
	as_map_fini(&h->visits);
	free(h);
}

static int64_t
mono_now(const struct as_hosts *h)
{
	const struct as_clock *clock = &h->config.prober->clock;

	return clock->mono_ms(clock->ctx);
}

/* --- leaving --- */

static void
visit_drop(struct as_hosts *h, struct as_visit *v)
{
	if (!v->apart)
		as_map_remove(&h->visits, &v->node);
	h->octets -= v->text.n;
	visit_free(v);
}

static void
unused_trim(struct as_hosts *h)
{
	struct as_visit *v;

	while ((h->visits.n > h->config.max_visits ||
		   h->octets > h->config.max_octets) &&
	    (v = TAILQ_FIRST(&h->unused)) != NULL) {
		TAILQ_REMOVE(&h->unused, v, link);
		visit_drop(h, v);
	}
}

void
as_hosts_release(struct as_hosts *h, struct as_claim *claim)
{
	struct as_visit *v = claim->visit;

	claim->visit = NULL;
	if (claim->waiting)
		TAILQ_REMOVE(&v->waiting, claim, link);
	claim->waiting = false;
	if (--v->n_claims > 0 || v->state != VISIT_FINISHED)
		return;
	if (v->forget || v->apart) {
		visit_drop(h, v);
		return;
	}
	TAILQ_INSERT_TAIL(&h->unused, v, link);
	unused_trim(h);
}

/* --- finishing --- */

static void
visit_finish(struct as_visit *v, const struct as_host_facts *facts)
{
	struct as_hosts *h = v->hosts;
	struct as_claim *claim;

	as_buf_init(&v->text, AS_MAX_FACTS_OCTETS);
	as_codec_print(&v->text, &as_shape_host_facts, facts, AS_JSON_COMPACT);
	if (!as_buf_ok(&v->text)) {
		h->config.failed(h->config.ctx);
		return;
	}
	h->octets += v->text.n;
	v->state = VISIT_FINISHED;
	v->finished_ms = mono_now(h);
	v->n_claims++; /* a `done` may release the last claim */
	while ((claim = TAILQ_FIRST(&v->waiting)) != NULL) {
		TAILQ_REMOVE(&v->waiting, claim, link);
		claim->waiting = false;
		claim->done(claim);
	}
	struct as_claim own = {.visit = v};
	as_hosts_release(h, &own);
}

/* --- the jobs of a visit --- */

static struct as_visit *
visit_of_task(struct as_task *task)
{
	return (
	    struct as_visit *)((char *)task - offsetof(struct as_visit, task));
}

static struct as_visit *
visit_of_turn(struct as_turn *turn)
{
	return (
	    struct as_visit *)((char *)turn - offsetof(struct as_visit, turn));
}

/* Has it come to STARTTLS, so that there is more to ask? */
static bool
wants_matrix(const struct as_visit *v, const struct as_host_facts *h)
{
	return v->hosts->config.tls_matrix && h->outcome == AS_SUBJECT_DONE &&
	    h->smtp != NULL && h->smtp->starttls == AS_STARTTLS_ACCEPTED &&
	    h->smtp->injected == 0;
}

static void
on_matrix(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct as_visit *v = (struct as_visit *)((char *)task -
	    offsetof(struct as_visit, matrix_task));
	struct as_arena *host_arena = v->host_arena;

	as_politeness_leave(v->hosts->config.politeness, &v->turn);
	v->forget = done->tls->outcome == AS_SUBJECT_CANCELLED;
	v->host->matrix = done->tls;
	v->host_arena = NULL;
	visit_finish(v, v->host);
	as_arena_free(host_arena);
	as_arena_free(a);
}

static void
matrix_ask(struct as_visit *v)
{
	const struct as_hosts_config *config = &v->hosts->config;

	v->matrix_task.fn = on_matrix;
	v->matrix_task.job = (struct as_job){.kind = AS_JOB_TLS,
	    .name = v->task.job.name,
	    .address = v->task.job.address,
	    .port = config->prober->smtp_port,
	    .pause_ms = config->pause_ms,
	    .made = 1 + (uint32_t)v->host->n_tls_more};
	as_crew_add(config->crew, &v->matrix_task);
}

static void
on_task(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct as_visit *v = visit_of_task(task);

	if (wants_matrix(v, done->host)) {
		v->host_arena = a;
		v->host = done->host;
		matrix_ask(v);
		return;
	}
	as_politeness_leave(v->hosts->config.politeness, &v->turn);
	/* For want of memory or descriptors: a later domain may fare better. */
	v->forget = done->host->outcome == AS_SUBJECT_CANCELLED;
	visit_finish(v, done->host);
	as_arena_free(a);
}

/* Its turn never came: say so, and let a later domain try again. */
static void
on_late(struct as_turn *turn)
{
	struct as_visit *v = visit_of_turn(turn);
	struct as_hosts *h = v->hosts;
	struct as_crew_fault fault = {
	    .outcome = AS_SUBJECT_CANCELLED,
	    .reason = "the mail server was busy with other visits of ours",
	    .config = h->config.prober,
	};
	struct as_arena *a = as_arena_new(AS_MAX_FACTS_OCTETS);
	struct as_job_done *done = NULL;

	as_politeness_leave(h->config.politeness, &v->turn);
	v->forget = true;
	if (a != NULL)
		done = as_crew_done_fault(a, &v->task.job, &fault);
	if (done != NULL)
		visit_finish(v, done->host);
	else
		h->config.failed(h->config.ctx);
	as_arena_free(a);
}

/* --- claiming --- */

static void
on_turn(struct as_turn *turn)
{
	struct as_visit *v = visit_of_turn(turn);

	v->state = VISIT_RUNS;
	as_crew_add(v->hosts->config.crew, &v->task);
}

static struct as_visit *
visit_new(struct as_hosts *h, struct as_str key, size_t n_name,
    const struct as_ip *ip)
{
	struct as_visit *v = calloc(1, sizeof(*v) + key.n + 1);

	if (v == NULL)
		return NULL;
	memcpy(v->octets, key.p, key.n);
	v->n_name = n_name;
	v->node.key = (struct as_str){v->octets, key.n};
	v->hosts = h;
	v->turn.ip = *ip;
	v->turn.since_ms = mono_now(h);
	v->turn.go = on_turn;
	v->turn.late = on_late;
	v->task.fn = on_task;
	v->task.job.kind = AS_JOB_HOST;
	v->task.job.name = (struct as_str){v->octets, n_name};
	v->turn.operator=
	    as_suffix_organization(h->config.psl, v->task.job.name);
	v->task.job.address = as_str_slice(v->node.key, n_name + 1, key.n);
	TAILQ_INIT(&v->waiting);
	return v;
}

/* The visit of a key, when there is one that is young enough; it is in no list of
 * unused ones then.  One that is too old stays with those who hold it. */
static struct as_visit *
visit_find(struct as_hosts *h, struct as_str key, uint32_t max_age_ms)
{
	struct as_visit *v = (struct as_visit *)as_map_find(&h->visits, key);
	bool held;

	if (v == NULL || v->state != VISIT_FINISHED)
		return v;
	held = v->n_claims > 0;
	if (!held)
		TAILQ_REMOVE(&h->unused, v, link);
	if (max_age_ms == AS_HOSTS_ANY_AGE ||
	    mono_now(h) - v->finished_ms <= (int64_t)max_age_ms)
		return v;
	if (held) {
		as_map_remove(&h->visits, &v->node);
		v->apart = true;
	} else {
		visit_drop(h, v);
	}
	return NULL;
}

static enum as_err
visit_get(struct as_hosts *h, struct as_str key, size_t n_name,
    const struct as_ip *ip, uint32_t max_age_ms, struct as_visit **out)
{
	struct as_visit *v = visit_find(h, key, max_age_ms);

	*out = v;
	if (v != NULL)
		return AS_OK;
	v = visit_new(h, key, n_name, ip);
	if (v == NULL)
		return AS_ENOMEM;
	as_map_add(&h->visits, &v->node);
	*out = v;
	return as_politeness_join(h->config.politeness, &v->turn);
}

enum as_err
as_hosts_claim(struct as_hosts *h, struct as_str name, struct as_str address,
    uint32_t max_age_ms, struct as_claim *claim, bool *finished)
{
	struct as_buf key;
	struct as_visit *v = NULL;
	struct as_ip ip;
	enum as_err err = AS_ENOMEM;

	if (as_ip_parse(address, &ip) != AS_OK)
		return AS_EINVAL;
	as_buf_init(&key, AS_MAX_FRAME_OCTETS);
	as_buf_add_str(&key, name);
	as_buf_add(&key, "", 1);
	as_buf_add_str(&key, address);
	if (as_buf_ok(&key))
		err =
		    visit_get(h, as_buf_str(&key), name.n, &ip, max_age_ms, &v);
	as_buf_fini(&key);
	if (err != AS_OK)
		return err;
	v->n_claims++;
	claim->visit = v;
	*finished = v->state == VISIT_FINISHED;
	claim->waiting = !*finished;
	if (claim->waiting)
		TAILQ_INSERT_TAIL(&v->waiting, claim, link);
	return AS_OK;
}

void
as_hosts_facts(
    struct as_arena *a, const struct as_claim *claim, struct as_host_facts *out)
{
	const struct as_visit *v = claim->visit;
	void *facts;

	if (as_codec_parse(a, &as_shape_host_facts, as_buf_str(&v->text),
		AS_MAX_FACTS_OCTETS, &facts, NULL) == AS_OK) {
		*out = *(const struct as_host_facts *)facts;
		return;
	}
	*out = (struct as_host_facts){
	    .name = v->task.job.name,
	    .address = v->task.job.address,
	    .port = v->hosts->config.prober->smtp_port,
	    .outcome = AS_SUBJECT_CANCELLED,
	    .detail = AS_STR("the facts of this domain are too large in all"),
	};
}
