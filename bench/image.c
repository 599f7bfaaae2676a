/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up firmware, see image.h. */
#include "bench/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fakedev/factory.h"

enum { NEW_MAJOR = 2 };

enum status bench_image_make(
	struct bench_image *ret_image, size_t size, uint32_t seed, struct err *reterr)
{
	struct mcuboot_version version = { .major = NEW_MAJOR };
	struct buf out = buf_over(malloc(size), size);
	struct mcuboot_image parsed;
	struct span hash;

	if (out.data == NULL ||
		!factory_image_build(&version, size - factory_image_size(0), seed, &out) ||
		mcuboot_parse(buf_span(&out), &parsed, ERR_IGNORED) != STATUS_OK ||
		!mcuboot_hash(&parsed, &hash)) {
		free(out.data);
		return err_set(reterr, STATUS_INTERNAL, "no image of %zu bytes can be made", size);
	}
	*ret_image = (struct bench_image){ .bytes = buf_span(&out), .hash = hash };
	return STATUS_OK;
}

void bench_image_free(struct bench_image *image)
{
	free((void *)(uintptr_t)image->bytes.data);
	*image = (struct bench_image){ 0 };
}

static bool make_and_write(const char *path, size_t size, uint32_t seed)
{
	struct bench_image image;
	FILE *file;
	bool is_written;

	if (bench_image_make(&image, size, seed, ERR_IGNORED) != STATUS_OK)
		return false;
	file = fopen(path, "wb");
	is_written = file != NULL &&
		     fwrite(image.bytes.data, 1, image.bytes.len, file) == image.bytes.len;
	if (file != NULL && fclose(file) != 0)
		is_written = false;
	bench_image_free(&image);
	return is_written;
}

enum status bench_image_write(const char *path, size_t size, uint32_t seed, struct err *reterr)
{
	int wait_status = -1;
	pid_t pid = fork();

	if (pid < 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "fork");
	if (pid == 0)
		_exit(make_and_write(path, size, seed) ? EXIT_SUCCESS : EXIT_FAILURE);
	if (waitpid(pid, &wait_status, 0) != pid || wait_status != 0)
		return err_set(reterr, STATUS_INTERNAL, "%s cannot be written", path);
	return STATUS_OK;
}
