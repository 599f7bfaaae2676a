/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a port, shared by port.c and port_sight.c and by nobody else. */
#ifndef SRC_PORT_PARTS_H
#define SRC_PORT_PARTS_H

#include <limits.h>
#include <sys/stat.h>

#include "src/port.h"
#include "transport/port_address.h"
#include "transport/port_identity.h"

struct port {
	struct port_config config;
	bool is_serial; /* a serial port of this machine, and no scheme or opener */
	bool is_inside; /* of a scheme whose devices are in this process */
	struct port_address address;
	bool has_identity;
	struct port_identity identity;
	uint16_t product_id; /* when it was opened first */
	char product[PORT_TEXT_MAX];
	char node[PATH_MAX];
	struct stat path;        /* of a bare path, when it was opened */
	uint64_t trace_since_us; /* 0: no trace was begun */
	bool has_sent_break;
	enum smp_framing framing; /* what was answered last, or is to be tried first */
	uint64_t silent_since_us; /* of hails; CLOCK_NEVER: the last one was answered */
	struct client *client;
};

/* The port that is ours, before or after it was away. */
enum status port_find_info(const struct port *port, const struct port_list *list,
	const struct port_info **ret_info, struct err *reterr);

#endif
