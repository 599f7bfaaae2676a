/* SPDX-License-Identifier: Apache-2.0 */
/* The state file, see store.h. */
#include "fakedev/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakedev/files.h"
#include "fakedev/flash.h"
#include "fakedev/lock_owner.h"
#include "fakedev/slot.h"

enum { STORE_HEAD_SIZE = 4 * 4096, STORE_VERSION = 2, STORE_MAGIC_SIZE = 16 };

/* With the NUL 16 bytes; readable, so that a look into the file tells what it is. */
static const char store_magic[STORE_MAGIC_SIZE] = "smpctl-fakedev\n";

struct store_head {
	char magic[STORE_MAGIC_SIZE]; /* written last: a file without it is unfinished */
	uint32_t version;
	uint32_t images;
	uint32_t slot_size;
	uint32_t ram_size;
	struct store_ram ram;
};

_Static_assert(sizeof(struct store_head) <= STORE_HEAD_SIZE, "the head has four pages");

struct store {
	struct store_head *head; /* the flash lies behind its pages */
	size_t size;             /* of head, flash and files together */
	int fd;                  /* -1: in memory */
};

static enum status check_sizes(const struct fakedev_config *config, struct err *reterr)
{
	if (config->images < 1 || config->images > FAKEDEV_IMAGES_MAX)
		return err_set(reterr, STATUS_USAGE, "a fake board has 1 to %d images, not %u",
			FAKEDEV_IMAGES_MAX, config->images);
	/* A page for the image and one for the trailer. */
	if (config->slot_size < 2 * FLASH_PAGE_SIZE || config->slot_size % FLASH_PAGE_SIZE != 0)
		return err_set(reterr, STATUS_USAGE,
			"slot size %" PRIu32 ": must be a multiple of %d, two pages or more",
			config->slot_size, FLASH_PAGE_SIZE);
	return STATUS_OK;
}

static size_t file_size(const struct fakedev_config *config)
{
	return STORE_HEAD_SIZE + (size_t)config->images * SLOTS_PER_IMAGE * config->slot_size +
	       sizeof(struct files_area);
}

/* The folders above the file, which is ours: nobody else needs to look into them. */
static enum status make_folders(const char *path, struct err *reterr)
{
	char folder[FAKEDEV_PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(folder))
		return err_set(reterr, STATUS_BAD_FILE, "%s: name too long", path);
	memcpy(folder, path, len + 1);
	for (size_t i = 1; i < len; i++) {
		if (folder[i] != '/')
			continue;
		folder[i] = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return err_set_errno(reterr, STATUS_BAD_FILE, errno, "folder %s", folder);
		folder[i] = '/';
	}
	return STATUS_OK;
}

static enum status open_file(const char *path, int *ret_fd, struct err *reterr)
{
	/* Not to hang on a FIFO, nor to adopt a terminal, that was named by mistake. */
	const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, flags, 0600);

	if (fd < 0 && errno == ENOENT) {
		enum status status = make_folders(path, reterr);

		if (status != STATUS_OK)
			return status;
		fd = open(path, flags, 0600);
	}
	if (fd < 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", path);
	*ret_fd = fd;
	return STATUS_OK;
}

static enum status set_busy(const struct stat *stat, const char *path, struct err *reterr)
{
	pid_t pid;

	if (!lock_owner_find(LOCK_OWNER_TABLE, stat->st_dev, stat->st_ino, &pid))
		pid = 0;
	if (pid == getpid())
		return err_set(reterr, STATUS_PORT_BUSY, "%s: open already in this process", path);
	if (pid != 0)
		err_set(reterr, STATUS_PORT_BUSY, "%s: held by process %d", path, (int)pid);
	else
		err_set(reterr, STATUS_PORT_BUSY, "%s: held by another process", path);
	err_hint(reterr, "another smpctl or smpctl-fakedev has this board: wait until it "
			 "is done, or give this board another name");
	return STATUS_PORT_BUSY;
}

/*
 * Lock first, look then: of two who make the same file one wins here, and the other finds it either
 * busy or complete.
 */
static enum status lock_file(int fd, const char *path, struct stat *ret_stat, struct err *reterr)
{
	if (fstat(fd, ret_stat) < 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", path);
	if (!S_ISREG(ret_stat->st_mode))
		return err_set(reterr, STATUS_BAD_FILE, "%s: not a regular file", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return set_busy(ret_stat, path, reterr);
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s: lock", path);
	}
	/* Its size may have changed between the two. */
	if (fstat(fd, ret_stat) < 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", path);
	return STATUS_OK;
}

static bool read_head(int fd, struct store_head *ret_head)
{
	return pread(fd, ret_head, sizeof(*ret_head), 0) == (ssize_t)sizeof(*ret_head);
}

/*
 * Empty, or of exactly our size and without any magic: what a maker that died leaves behind. The
 * size must fit so that no foreign file is ever overwritten for beginning with zeros.
 */
static bool is_unfinished(const struct stat *stat, size_t size, const struct store_head *head)
{
	static const char no_magic[STORE_MAGIC_SIZE] = "";

	return stat->st_size == 0 || ((uint64_t)stat->st_size == size &&
					     memcmp(head->magic, no_magic, sizeof(no_magic)) == 0);
}

static enum status set_no_state_file(const char *path, const char *why, struct err *reterr)
{
	err_set(reterr, STATUS_BAD_FILE, "%s: not a state file of a fake board (%s)", path, why);
	err_hint(reterr, "name another file, or remove this one to have a new board made");
	return STATUS_BAD_FILE;
}

static bool is_setting_sound(const struct store_setting *setting)
{
	return memchr(setting->name, '\0', sizeof(setting->name)) != NULL &&
	       setting->running.len <= STORE_SETTING_VALUE_MAX &&
	       setting->saved.len <= STORE_SETTING_VALUE_MAX;
}

/* Whoever uses the RAM takes these as indexes and lengths. */
static bool is_ram_sound(const struct store_head *head)
{
	const struct store_ram *ram = &head->ram;

	for (size_t i = 0; i < FAKEDEV_IMAGES_MAX; i++) {
		if (ram->active_slot[i] >= SLOTS_PER_IMAGE)
			return false;
	}
	for (size_t i = 0; i < STORE_SETTINGS_MAX; i++) {
		if (!is_setting_sound(&ram->settings.list[i]))
			return false;
	}
	return ram->factory_hash_len <= STORE_HASH_MAX && ram->flawed_hash_len <= STORE_HASH_MAX &&
	       ram->flaw <= STORE_CRASHES && ram->upload.sha_len <= STORE_SHA_MAX &&
	       ram->upload.image < head->images && ram->upload.slot < SLOTS_PER_IMAGE &&
	       ram->upload.offset <= head->slot_size && ram->upload.len <= head->slot_size;
}

static enum status check_head(const struct store_head *head, const struct stat *stat,
	const struct fakedev_config *config, struct err *reterr)
{
	const char *path = config->state_path;

	if (memcmp(head->magic, store_magic, sizeof(store_magic)) != 0)
		return set_no_state_file(path, "it begins otherwise", reterr);
	if (head->version != STORE_VERSION || head->ram_size != sizeof(struct store_ram))
		return set_no_state_file(path, "made by another version", reterr);
	if (head->images != config->images || head->slot_size != config->slot_size) {
		err_set(reterr, STATUS_BAD_FILE,
			"%s: made for %" PRIu32 " image(s) and slots of %" PRIu32
			" bytes, not for %u and %" PRIu32,
			path, head->images, head->slot_size, config->images, config->slot_size);
		err_hint(reterr, "give the sizes that it was made with, or name another "
				 "file for another board");
		return STATUS_BAD_FILE;
	}
	if ((uint64_t)stat->st_size != file_size(config) || !is_ram_sound(head))
		return set_no_state_file(path, "damaged", reterr);
	return STATUS_OK;
}

/* A head without magic, blank flash, and no files. */
static void format(struct store *store, const struct fakedev_config *config)
{
	memset(store->head, 0, STORE_HEAD_SIZE);
	store->head->version = STORE_VERSION;
	store->head->images = config->images;
	store->head->slot_size = config->slot_size;
	store->head->ram_size = sizeof(struct store_ram);
	memset(store_flash(store), 0xff, store_flash_size(store));
	memset(store_files(store), 0, sizeof(struct files_area));
}

/* 0 or an errno value. */
static int map_file(struct store *store)
{
	void *bytes = mmap(NULL, store->size, PROT_READ | PROT_WRITE, MAP_SHARED, store->fd, 0);

	if (bytes == MAP_FAILED)
		return errno;
	store->head = bytes;
	return 0;
}

/* 0 or an errno value; the mapping, if there is one, stays for store_close. */
static int fill_new_file(struct store *store, const struct fakedev_config *config)
{
	/* A mapped page that the disk has no room for would kill us when it is written. */
	int errnum = posix_fallocate(store->fd, 0, (off_t)store->size);

	if (errnum != 0)
		return errnum;
	errnum = map_file(store);
	if (errnum != 0)
		return errnum;
	format(store, config);
	/* By a call and not through the mapping, where the compiler may change the order. */
	if (pwrite(store->fd, store_magic, sizeof(store_magic), 0) != (ssize_t)sizeof(store_magic))
		return errno;
	return 0;
}

static enum status make_file(
	struct store *store, const struct fakedev_config *config, struct err *reterr)
{
	int errnum = fill_new_file(store, config);

	if (errnum == 0)
		return STATUS_OK;
	err_set_errno(reterr, STATUS_BAD_FILE, errnum, "%s", config->state_path);
	/* Empty it is made anew at the next try; half grown it would be taken for somebody's. */
	if (ftruncate(store->fd, 0) < 0)
		err_hint(reterr, "remove the file before the next try");
	return STATUS_BAD_FILE;
}

static enum status open_locked(
	struct store *store, const struct fakedev_config *config, struct err *reterr)
{
	const char *path = config->state_path;
	struct store_head head = { .version = 0 };
	struct stat stat;
	enum status status = lock_file(store->fd, path, &stat, reterr);
	bool is_complete;
	int errnum;

	if (status != STATUS_OK)
		return status;
	is_complete = read_head(store->fd, &head);
	if (is_unfinished(&stat, store->size, &head))
		return make_file(store, config, reterr);
	if (!is_complete)
		return set_no_state_file(path, "too short", reterr);
	status = check_head(&head, &stat, config, reterr);
	if (status != STATUS_OK)
		return status;
	errnum = map_file(store);
	if (errnum != 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errnum, "%s", path);
	if (!files_are_sound(store_files(store)))
		return set_no_state_file(path, "damaged", reterr);
	return STATUS_OK;
}

static enum status open_memory(
	struct store *store, const struct fakedev_config *config, struct err *reterr)
{
	store->head = malloc(store->size);
	if (store->head == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	format(store, config);
	return STATUS_OK;
}

enum status store_open(
	const struct fakedev_config *config, struct store **ret_store, struct err *reterr)
{
	struct store *store;
	enum status status = check_sizes(config, reterr);

	if (status != STATUS_OK)
		return status;
	store = malloc(sizeof(*store));
	if (store == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	*store = (struct store){ .size = file_size(config), .fd = -1 };
	if (config->state_path[0] == '\0') {
		status = open_memory(store, config, reterr);
	} else {
		status = open_file(config->state_path, &store->fd, reterr);
		if (status == STATUS_OK)
			status = open_locked(store, config, reterr);
	}
	if (status != STATUS_OK) {
		store_close(store);
		return status;
	}
	*ret_store = store;
	return STATUS_OK;
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	if (store->fd < 0) {
		free(store->head);
	} else {
		if (store->head != NULL)
			munmap(store->head, store->size);
		close(store->fd); /* and with it goes the lock */
	}
	free(store);
}

struct store_ram *store_ram(struct store *store)
{
	return &store->head->ram;
}

uint8_t *store_flash(struct store *store)
{
	return (uint8_t *)store->head + STORE_HEAD_SIZE;
}

size_t store_flash_size(const struct store *store)
{
	return store->size - STORE_HEAD_SIZE - sizeof(struct files_area);
}

/* Behind the flash, whose size is one of whole pages. */
struct files_area *store_files(struct store *store)
{
	return (struct files_area *)(void *)(store_flash(store) + store_flash_size(store));
}
