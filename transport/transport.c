/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of schemes, see transport.h. */
#include "transport/transport.h"

void transport_close(struct transport *transport)
{
	if (transport != NULL)
		transport->ops->close(transport);
}
