/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device's settings, as blocking calls like those of device.h. Keys and values are looked at by
 * nobody but the device. Errors besides those of device.h: STATUS_USAGE for a request that is too long.
 */
#ifndef SRC_DEVICE_SETTINGS_H
#define SRC_DEVICE_SETTINGS_H

#include "smp/settings_group.h"
#include "src/client.h"

enum { DEVICE_SETTING_MAX = 4096 }; /* bytes of a value that are asked for */

struct device_setting {
	uint8_t bytes[DEVICE_SETTING_MAX];
	size_t len;
	/* As long as the device hands values out: it may have more of this one. */
	bool may_be_cut;
};

struct span device_setting_span(const struct device_setting *setting);

enum status device_setting_read(struct client *client, const char *key,
	struct device_setting *ret_setting, struct err *reterr);
enum status device_setting_write(
	struct client *client, const char *key, struct span value, struct err *reterr);
enum status device_setting_delete(struct client *client, const char *key, struct err *reterr);

enum status device_settings_commit(struct client *client, struct err *reterr);
enum status device_settings_load(struct client *client, struct err *reterr);
/* `key` NULL: all of them. */
enum status device_settings_save(struct client *client, const char *key, struct err *reterr);

/* Mynewt's, as smp_settings_config_request. */
enum status device_config_write(
	struct client *client, const char *key, const char *text, bool saves, struct err *reterr);

#endif
