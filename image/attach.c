/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures from outside into images, see attach.h. */
#include "image/attach.h"

#include <stdlib.h>

#include "base/endian.h"
#include "image/signature.h"
#include "image/tlv.h"
#include "image/trailer.h"
#include "image/verify.h"

enum { TLV_HEAD_SIZE = 4, AREA_MAGIC = 0x6907, AREA_MAX = UINT16_MAX, SIGNATURE_MAX = 512 };

static enum status refuse_unfit(enum image_verdict verdict, struct err *reterr)
{
	err_set(reterr, STATUS_BAD_FILE, "%s", image_verdict_text(verdict));
	err_hint(reterr, "make it anew: imgtool sign, without a key or with a throw-away one");
	return STATUS_BAD_FILE;
}

/* The first hash that this key signs; any, when it is NULL. */
static bool find_hash(const struct mcuboot_image *image, const struct image_key *key,
	struct attach_message *message)
{
	for (int i = 0; i < TLV_DIGEST_KINDS; i++) {
		enum digest_kind kind = (enum digest_kind)i;
		const struct mcuboot_tlv *tlv = mcuboot_find_tlv(image, tlv_of_digest(kind), 0);

		if (tlv == NULL || tlv->value.len != digest_size(kind) ||
			(key != NULL && (image_key_scheme(key)->digests & 1u << kind) == 0))
			continue;
		message->digest = kind;
		message->bytes = tlv->value;
		return true;
	}
	return false;
}

static enum status take_digest(const struct mcuboot_image *image, const struct image_key *key,
	struct attach_message *message, struct err *reterr)
{
	if (find_hash(image, key, message))
		return STATUS_OK;
	if (key == NULL)
		return refuse_unfit(IMAGE_NO_HASH, reterr);
	err_set(reterr, STATUS_BAD_FILE, "the image has no hash of a kind that %s signs",
		image_key_kind(key));
	err_hint(reterr, "make it anew: imgtool sign --sha %s",
		(image_key_scheme(key)->digests & 1u << DIGEST_SHA256) != 0 ? "256" : "384");
	return STATUS_BAD_FILE;
}

/* SIG_PURE: the hash only says with which algorithm KEYHASH is made. */
static enum status take_region(const struct mcuboot_image *image, const struct image_key *key,
	struct attach_message *message, struct err *reterr)
{
	if (key != NULL && !image_key_scheme(key)->may_sign_pure)
		return err_set(reterr, STATUS_BAD_FILE,
			"the image wants a signature over its bytes (SIG_PURE), which %s cannot "
			"give",
			image_key_kind(key));
	if (!message->is_checked)
		return err_set(reterr, STATUS_BAD_FILE,
			"the signature of this image goes over its plain bytes (SIG_PURE), and "
			"they are encrypted");
	if (!find_hash(image, NULL, message))
		return refuse_unfit(IMAGE_NO_HASH, reterr);
	message->is_pure = true;
	message->bytes = image->covered;
	return STATUS_OK;
}

enum status attach_message(const struct mcuboot_image *image, const struct image_key *key,
	struct attach_message *ret_message, struct err *reterr)
{
	enum image_verdict verdict = image_verify(image, NULL);
	struct attach_message message = { .is_checked = verdict == IMAGE_GOOD };
	enum status status;

	if (verdict != IMAGE_GOOD && verdict != IMAGE_ENCRYPTED)
		return refuse_unfit(verdict, reterr);
	if (signature_is_pure(image))
		status = take_region(image, key, &message, reterr);
	else
		status = take_digest(image, key, &message, reterr);
	if (status == STATUS_OK)
		*ret_message = message;
	return status;
}

/* The signature in the form that images have, once it is known to fit. */
static enum status take_signature(const struct attach_message *message, const struct image_key *key,
	struct span signature, struct buf *der, struct err *reterr)
{
	if (image_key_fits(key, message->bytes, signature) && buf_append_span(der, signature))
		return STATUS_OK;
	buf_clear(der);
	if (image_key_encode_signature(key, signature, der) &&
		image_key_fits(key, message->bytes, buf_span(der)))
		return STATUS_OK;
	err_set(reterr, STATUS_BAD_FILE,
		"the signature (%zu bytes) does not fit: %s, with this key", signature.len,
		image_key_kind(key));
	err_hint(reterr, "it has to be made over what \"image sign-digest\" gives for this very "
			 "file, with the private half of the key given here");
	return STATUS_BAD_FILE;
}

static void put_tlv(struct buf *out, uint16_t type, struct span value)
{
	uint8_t head[TLV_HEAD_SIZE];

	put_le16(head, type);
	put_le16(head + 2, (uint16_t)value.len);
	buf_append(out, head, sizeof(head));
	buf_append_span(out, value);
}

/* Belongs before the key and its signature: the hash, and SIG_PURE. */
static bool is_in_front(uint16_t type)
{
	for (int kind = 0; kind < TLV_DIGEST_KINDS; kind++) {
		if (type == tlv_of_digest((enum digest_kind)kind))
			return true;
	}
	return type == MCUBOOT_TLV_SIG_PURE;
}

static bool is_replaced(uint16_t type)
{
	return type == MCUBOOT_TLV_KEYHASH || type == MCUBOOT_TLV_PUBKEY || tlv_is_signature(type);
}

static void put_kept(struct buf *out, const struct mcuboot_image *image, bool in_front)
{
	for (size_t i = 0; i < image->tlv_count; i++) {
		const struct mcuboot_tlv *tlv = &image->tlvs[i];

		if (!tlv->is_protected && !is_replaced(tlv->type) &&
			is_in_front(tlv->type) == in_front)
			put_tlv(out, tlv->type, tlv->value);
	}
}

/* KEYHASH is made with the algorithm of the image's hash (protocol.md 6.3). */
static void put_key(struct buf *out, const struct mcuboot_image *image, const struct image_key *key,
	enum digest_kind kind)
{
	struct span der = image_key_public_der(key);
	uint8_t digest[DIGEST_SIZE_MAX];

	if (mcuboot_find_tlv(image, MCUBOOT_TLV_PUBKEY, 0) != NULL)
		put_tlv(out, MCUBOOT_TLV_PUBKEY, der);
	else if (digest_compute(kind, der, digest))
		put_tlv(out, MCUBOOT_TLV_KEYHASH, span_make(digest, digest_size(kind)));
}

/* The unprotected TLV area of the new image, in the order in which imgtool writes it. */
static enum status make_area(const struct mcuboot_image *image, const struct image_key *key,
	enum digest_kind kind, struct span signature, struct buf *area, struct err *reterr)
{
	uint8_t head[TLV_HEAD_SIZE] = { 0 };

	buf_append(area, head, sizeof(head));
	put_kept(area, image, true);
	put_key(area, image, key, kind);
	put_tlv(area, image_key_scheme(key)->signature_tlv, signature);
	put_kept(area, image, false);
	if (area->overflow)
		return err_set(reterr, STATUS_BAD_FILE,
			"the TLV area would grow beyond the %d bytes that it may have", AREA_MAX);
	put_le16(area->data, AREA_MAGIC);
	put_le16(area->data + 2, (uint16_t)area->len);
	return STATUS_OK;
}

/* May the new image end at `size`, with what stands behind the old one? */
static enum status check_room(const struct mcuboot_image *image,
	const struct image_trailer *trailer, size_t size, struct err *reterr)
{
	if (trailer->kind == IMAGE_TRAILER_UNKNOWN) {
		err_set(reterr, STATUS_BAD_FILE,
			"behind the image stand %zu bytes that do not belong to it", trailer->len);
		err_hint(reterr, "cut the file off behind its %zu bytes of image", image->size);
		return STATUS_BAD_FILE;
	}
	for (size_t at = image->size; at < size; at++) {
		if (trailer->kind == IMAGE_TRAILER_NONE)
			break;
		if (at + trailer->fields_len >= image->file.len ||
			image->file.data[at] != trailer->erased) {
			err_set(reterr, STATUS_BAD_FILE,
				"the padding leaves no room: the image grows from %zu to %zu bytes",
				image->size, size);
			err_hint(reterr, "make it anew without --pad and --confirm");
			return STATUS_BAD_FILE;
		}
	}
	return STATUS_OK;
}

/* A padded file keeps its size, and what stands at its end. */
static enum status compose(const struct mcuboot_image *image, struct span area,
	struct attach_result *ret_result, struct err *reterr)
{
	struct image_trailer trailer = image_trailer_read(image);
	size_t size = image->covered.len + area.len;
	size_t len = trailer.kind == IMAGE_TRAILER_NONE ? size : image->file.len;
	size_t kept_from = size > image->size ? size : image->size;
	struct span kept = span_sub(image->file, kept_from, image->file.len);
	uint8_t *data;
	enum status status = check_room(image, &trailer, size, reterr);

	if (status != STATUS_OK)
		return status;
	data = malloc(len);
	if (data == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	memset(data, trailer.erased, len);
	memcpy(data, image->covered.data, image->covered.len);
	memcpy(data + image->covered.len, area.data, area.len);
	if (kept.len > 0)
		memcpy(data + kept_from, kept.data, kept.len);
	*ret_result = (struct attach_result){ .data = data, .len = len };
	return STATUS_OK;
}

/* What is handed out must pass for the same image, signed by this key. */
static bool is_as_intended(const struct attach_result *result, const struct mcuboot_image *before,
	const struct image_key *key)
{
	struct mcuboot_image image;
	enum image_verdict verdict;

	if (mcuboot_parse(span_make(result->data, result->len), &image, ERR_IGNORED) != STATUS_OK)
		return false;
	verdict = image_verify(&image, key);
	return span_equal(image.covered, before->covered) &&
	       (verdict == IMAGE_GOOD || verdict == IMAGE_ENCRYPTED);
}

static enum status build(const struct mcuboot_image *image, const struct image_key *key,
	struct span signature, struct buf *area, struct attach_result *result, struct err *reterr)
{
	uint8_t storage[SIGNATURE_MAX];
	struct buf der = BUF_OVER(storage);
	struct attach_message message;
	enum status status = attach_message(image, key, &message, reterr);

	if (status == STATUS_OK)
		status = take_signature(&message, key, signature, &der, reterr);
	if (status == STATUS_OK)
		status = make_area(image, key, message.digest, buf_span(&der), area, reterr);
	if (status == STATUS_OK)
		status = compose(image, buf_span(area), result, reterr);
	if (status == STATUS_OK && !is_as_intended(result, image, key))
		status =
			err_set(reterr, STATUS_INTERNAL, "the image that was made does not verify");
	return status;
}

enum status attach_signature(const struct mcuboot_image *image, const struct image_key *key,
	struct span signature, struct attach_result *ret_result, struct err *reterr)
{
	struct buf area = buf_over(malloc(AREA_MAX), AREA_MAX);
	struct attach_result result = { 0 };
	enum status status;

	if (area.data == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	status = build(image, key, signature, &area, &result, reterr);
	free(area.data);
	if (status == STATUS_OK)
		*ret_result = result;
	else
		attach_free(&result);
	return status;
}

void attach_free(struct attach_result *result)
{
	free(result->data);
	*result = (struct attach_result){ 0 };
}
