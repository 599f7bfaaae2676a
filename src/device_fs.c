/* SPDX-License-Identifier: Apache-2.0 */
/* Blocking calls about the device's files, see device_fs.h. */
#include "src/device_fs.h"

#include "src/device.h"

/* For a hash: a small controller reads some ten kilobytes in a second from an external flash. */
enum { HASH_TIMEOUT_MS = 20000 };

enum status device_fs_stat(
	struct client *client, const char *path, uint64_t *ret_size, struct err *reterr)
{
	uint8_t storage[SMP_FS_BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_fs_status_request(&body, span_from_text(path));
	struct smp_reply reply;
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the path is too long");
	status = client_call(client, &request, &reply, NULL, reterr);
	if (status == STATUS_OK)
		status = smp_fs_status_reply(&reply, ret_size, reterr);
	return status;
}

enum status device_fs_hash_types(
	struct client *client, struct smp_fs_hash_types *ret_types, struct err *reterr)
{
	struct smp_request request = smp_fs_hash_types_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_fs_hash_types_reply(&reply, ret_types, reterr);
	return status;
}

enum status device_fs_hash(struct client *client, const char *path, const char *type,
	struct smp_fs_hash *ret_hash, struct err *reterr)
{
	uint8_t storage[SMP_FS_BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request =
		smp_fs_hash_request(&body, span_from_text(path), span_from_text(type));
	struct smp_reply reply;
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the path or the type is too long");
	request.timeout_ms = device_timeout_ms(client, HASH_TIMEOUT_MS);
	status = client_call(client, &request, &reply, NULL, reterr);
	if (status == STATUS_OK)
		status = smp_fs_hash_reply(&reply, ret_hash, reterr);
	return status;
}

enum status device_fs_close(struct client *client, struct err *reterr)
{
	struct smp_request request = smp_fs_close_request();

	return device_tell(client, &request, reterr);
}
