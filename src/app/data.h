/*
 * app/data - tables of the data folder that are part of the program.
 */
#ifndef AS_APP_DATA_H
#define AS_APP_DATA_H

#include "base/str.h"

/* data/dkim-selectors.tsv: selector, service, kind, priority, note. */
extern const struct as_str as_data_dkim_selectors;

/* data/senders.tsv: evidence, domain suffix, service, category, basis, note. */
extern const struct as_str as_data_senders;

/* data/report-services.tsv: domain suffix, service, state, since, note. */
extern const struct as_str as_data_report_services;

/* data/caa-issuers.tsv: organization, names, source. */
extern const struct as_str as_data_caa_issuers;

/* What std/tls_book reads: code, name, class. */
extern const struct as_str as_data_tls_ciphers;
extern const struct as_str as_data_tls_groups;
extern const struct as_str as_data_tls_signatures;

/* data/dh-primes.tsv: SHA-256, bits, name, class, source. */
extern const struct as_str as_data_dh_primes;

/* data/tls: what documents say of TLS (assess/tls_baseline). */
extern const struct as_str as_data_tls_rfc9325;
extern const struct as_str as_data_tls_ncsc_uk;
extern const struct as_str as_data_tls_mailcheck;
extern const struct as_str as_data_tls_ncsc_nl;
extern const struct as_str as_data_tls_bsi;
extern const struct as_str as_data_tls_nist;
extern const struct as_str as_data_tls_itsp;

/* profiles: what bodies require (assess/profile). */
extern const struct as_str as_data_profile_au_ism;
extern const struct as_str as_data_profile_bod_18_01;
extern const struct as_str as_data_profile_bulk_senders;
extern const struct as_str as_data_profile_ca_itsp_40_065;
extern const struct as_str as_data_profile_cz_nukib;
extern const struct as_str as_data_profile_de_tr_03108;
extern const struct as_str as_data_profile_de_tr_03182;
extern const struct as_str as_data_profile_nl_internet;
extern const struct as_str as_data_profile_nl_ncsc_tls_2025;
extern const struct as_str as_data_profile_nz_sge;
extern const struct as_str as_data_profile_pci_dss_5_4_1;
extern const struct as_str as_data_profile_uk_gds_2016;
extern const struct as_str as_data_profile_uk_gov;
extern const struct as_str as_data_profile_uk_mailcheck_2022;
extern const struct as_str as_data_profile_uk_parked;
extern const struct as_str as_data_profile_us_nist_800_177;

#endif
