/* SPDX-License-Identifier: Apache-2.0 */
/* Mynewt's logs, tests and crashes, as blocking calls like those of device.h. */
#ifndef SRC_DEVICE_MYNEWT_H
#define SRC_DEVICE_MYNEWT_H

#include "smp/log_group.h"
#include "smp/run_group.h"
#include "src/client.h"

enum { DEVICE_LOG_ENTRIES_MAX = 65536, DEVICE_LOG_TYPE_MAX = 16, DEVICE_LOG_HASH_MAX = 65 };

struct device_log_entry {
	uint64_t index, module, level;
	int64_t timestamp_us;
	char type[DEVICE_LOG_TYPE_MAX];       /* escaped; "" when the device sent none */
	char image_hash[DEVICE_LOG_HASH_MAX]; /* in hex; "" when the device sent none */
	char *message; /* a text escaped, CBOR in diagnostic notation, other bytes in hex */
};

struct device_log {
	char name[SMP_NAME_MAX]; /* escaped */
	struct device_log_entry *entries;
	size_t count;
};

/*
 * A whole log, in as many requests as that takes. Free it with device_log_clear, which accepts a
 * zeroed one, also when this has failed. STATUS_PROTOCOL also when the log has no end.
 */
enum status device_log_read(
	struct client *client, const char *name, struct device_log *ret_log, struct err *reterr);
void device_log_clear(struct device_log *log);

enum status device_log_list(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr);
enum status device_log_modules(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr);
enum status device_log_levels(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr);
enum status device_log_erase(struct client *client, struct err *reterr);

enum status device_run_list(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr);
/* `token` may be "". Sent once, behind an echo (device_find_alive). */
enum status device_run_test(
	struct client *client, const char *name, const char *token, struct err *reterr);

/*
 * A device that crashes is silent, or its port vanishes: that is the crash being done. So that no
 * silence of another kind passes for it, the device has to answer an echo first.
 */
enum status device_crash(struct client *client, const char *kind, struct err *reterr);

#endif
