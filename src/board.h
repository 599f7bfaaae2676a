/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fake board as a transport: `loopback`, `loopback:NAME`, `loopback:NAME,key=value,…`. Its flash
 * lasts in the state folder, one file per NAME ("default" when none is given).
 */
#ifndef SRC_BOARD_H
#define SRC_BOARD_H

#include "transport/transport.h"

/* An open function for the registry of schemes; keys are those of smpctl-fakedev. */
enum status board_open_loopback(const char *rest, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr);

#endif
