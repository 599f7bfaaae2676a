/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The development keys that come with MCUboot, private halves included. They are the default of a
 * fresh Zephyr build, and whoever ships them protects nothing: anybody can sign (protocol.md 6.4).
 */
#ifndef IMAGE_DEVKEY_H
#define IMAGE_DEVKEY_H

#include "image/mcuboot.h"

/*
 * The file name in MCUboot's source, "root-ec-p256.pem", of the development key that the image
 * names in a KEYHASH or PUBKEY TLV; NULL when it names none. Whether the signature fits is not
 * looked at.
 */
const char *devkey_name(const struct mcuboot_image *image);

#endif
