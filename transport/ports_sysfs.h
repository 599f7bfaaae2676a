/* SPDX-License-Identifier: Apache-2.0 */
/* The list of serial ports out of sysfs alone, for machines without udev. */
#ifndef TRANSPORT_PORTS_SYSFS_H
#define TRANSPORT_PORTS_SYSFS_H

#include "transport/ports.h"

/* `sys` and `dev` are "/sys" and "/dev", or the roots of a made-up machine. */
enum status ports_sysfs_list(
	const char *sys, const char *dev, struct port_list *ret_list, struct err *reterr);

#endif
