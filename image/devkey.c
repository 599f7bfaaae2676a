/* SPDX-License-Identifier: Apache-2.0 */
/* The table of MCUboot's published keys, see devkey.h. */
#include "image/devkey.h"

#include "base/text.h"
#include "image/digest.h"

/* Keys are known by their hash, made with whichever algorithm the image uses. */
static const struct {
	const char *keyhash;
	const char *name;
} devkeys[] = {
	{ "fc5701dc6135e1323847bdc40f04d2e5bee5833b23c29f93593d00018cfa9994", "root-rsa-2048.pem" },
	{ "449793fb65cd7698753d5b3f35fab15f1e3a45111ff24e1d46741de5ae12d59e", "root-rsa-3072.pem" },
	{ "e30466f6b8470c1f29070b17f1e2d3e94d445e3f608087fdc711e4382bb538b6", "root-ec-p256.pem" },
	{ "85b7bd5f5dff9a03a99927adaf6ca6febde822c1a480928324a8e60323715c57"
	  "79461c496a95aee8c4f90b99779f848a",
		"root-ec-p384.pem" },
	{ "6bcd1e16d80e5fe13a5307e6f1de8344c7e50e537d9962ce35ef6db5e642fae8", "root-ec-p384.pem" },
	{ "c1907fa4eac7fae3840a78902b6f0710b037e9968e5c6274a12a28790c7d4e3c", "root-ed25519.pem" },
	{ "e3e129b49f1218e18e4614acb2523389c75852ebb98b4d2c6171a2fc65706ba3"
	  "d1ddf85f52e71450c3e572e624695fafd41ce4d9354d6c2b19f7d6001a6ae8b0",
		"root-ed25519.pem" },
	{ "6754edab1e29affef4a05935adecbeb1a7b8b62397b31e39a61b5bfcaafd63af",
		"root-ed25519-2.pem" },
	{ "e11ed22583de283392266b917bd82e88486edf47bc58c7ce8e42f9fb90e1daa9"
	  "00e72f172e4bd4fb19fc1870638e3a89c3f033ef4db6f6235d02ee623b4b2924",
		"root-ed25519-2.pem" },
	{ "b1d87d60173352b9a4808979790fc699fb4c4f83b49cf1970edd96ff4adc36a6",
		"root-ed25519-unknown.pem" },
};

static const char *find(struct span keyhash)
{
	char text[2 * MCUBOOT_HASH_MAX + 1];
	struct buf hex = BUF_OVER(text);

	text_append_hex(&hex, keyhash);
	for (size_t i = 0; i < sizeof(devkeys) / sizeof(devkeys[0]); i++) {
		if (!hex.overflow && strcmp(buf_text(&hex), devkeys[i].keyhash) == 0)
			return devkeys[i].name;
	}
	return NULL;
}

const char *devkey_name(const struct mcuboot_image *image)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	for (size_t i = 0; i < image->tlv_count; i++) {
		struct span keyhash = image->tlvs[i].value;
		const char *name;

		if (image->tlvs[i].type == MCUBOOT_TLV_PUBKEY) {
			if (!digest_compute(DIGEST_SHA256, keyhash, digest))
				continue;
			keyhash = span_make(digest, DIGEST_SHA256_SIZE);
		} else if (image->tlvs[i].type != MCUBOOT_TLV_KEYHASH) {
			continue;
		}
		name = find(keyhash);
		if (name != NULL)
			return name;
	}
	return NULL;
}
