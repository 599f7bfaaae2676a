/* SPDX-License-Identifier: Apache-2.0 */
/* The open requests of a session, see requests.h. */
#include "smp/requests.h"

#include <stdlib.h>

/* A number can be found for every try that may be open. */
_Static_assert(SMP_SESSION_REQUESTS_MAX *(SMP_SESSION_TRIES_MAX + 1) <= SMP_SEQUENCES,
	"more open tries than sequence numbers");

bool smp_requests_make_room(struct buf *buf, size_t cap)
{
	uint8_t *data;

	buf_clear(buf);
	if (buf->cap >= cap)
		return true;
	data = realloc(buf->data, cap);
	if (data == NULL)
		return false;
	*buf = buf_over(data, cap);
	return true;
}

void smp_requests_free(struct smp_requests *requests)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++)
		free(requests->table[i].packet.data);
}

static struct smp_open_request *find_free(struct smp_requests *requests)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		if (requests->table[i].state == SMP_REQUEST_FREE)
			return &requests->table[i];
	}
	return NULL;
}

enum status smp_requests_add(struct smp_requests *requests, const struct smp_request *wanted,
	struct smp_open_request **ret_request, struct err *reterr)
{
	struct smp_open_request *request = find_free(requests);
	struct buf packet;

	if (request == NULL)
		return err_set(reterr, STATUS_INTERNAL, "more than %d open requests",
			SMP_SESSION_REQUESTS_MAX);
	if (!smp_requests_make_room(&request->packet, SMP_HEADER_SIZE + wanted->body.len + 1))
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	packet = request->packet;
	buf_commit(&packet, SMP_HEADER_SIZE);
	/* "No arguments" is an empty map, never an empty payload (protocol.md 1.1). */
	if (wanted->body.len == 0)
		body_put_map(&packet, 0);
	else
		buf_append_span(&packet, wanted->body);
	*request = (struct smp_open_request){
		.state = SMP_REQUEST_QUEUED,
		.ticket = requests->next_ticket++,
		.header = {
			.op = (uint8_t)wanted->op,
			.length = (uint16_t)(packet.len - SMP_HEADER_SIZE),
			.group = wanted->group,
			.command = wanted->command,
		},
		.packet = packet,
	};
	*ret_request = request;
	return STATUS_OK;
}

void smp_requests_close(
	struct smp_requests *requests, struct smp_open_request *request, bool was_answered)
{
	for (unsigned i = 0; i < request->tries_made; i++) {
		requests->past[request->sequences[i]] = (struct smp_past_try){
			.is_known = true,
			.was_answered = was_answered,
			.op = request->header.op,
			.group = request->header.group,
			.command = request->header.command,
		};
	}
	request->state = SMP_REQUEST_FREE;
}

unsigned smp_requests_count(const struct smp_requests *requests)
{
	unsigned count = 0;

	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++)
		count += requests->table[i].state != SMP_REQUEST_FREE &&
			 !requests->table[i].is_cancelled;
	return count;
}

struct smp_open_request *smp_requests_find(struct smp_requests *requests, uint32_t ticket)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		struct smp_open_request *request = &requests->table[i];

		if (request->state != SMP_REQUEST_FREE && !request->is_cancelled &&
			request->ticket == ticket)
			return request;
	}
	return NULL;
}

int smp_requests_next_to_send(const struct smp_requests *requests, unsigned window)
{
	const struct smp_open_request *table = requests->table;
	unsigned in_flight = 0;
	int oldest = -1;

	for (int i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		if (table[i].state == SMP_REQUEST_WAITING || table[i].state == SMP_REQUEST_SENDING)
			in_flight++;
		else if (table[i].state == SMP_REQUEST_QUEUED &&
			 (oldest < 0 || (int32_t)(table[i].ticket - table[oldest].ticket) < 0))
			oldest = i;
	}
	return in_flight < window ? oldest : -1;
}

/* Which try of an open request it was that used this number, from 1; 0: none. */
static unsigned find_try(const struct smp_open_request *request, uint8_t sequence)
{
	for (unsigned i = 0; request->state != SMP_REQUEST_FREE && i < request->tries_made; i++) {
		if (request->sequences[i] == sequence)
			return i + 1;
	}
	return 0;
}

static bool is_sequence_in_use(const struct smp_requests *requests, uint8_t sequence)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		if (find_try(&requests->table[i], sequence) != 0)
			return true;
	}
	return false;
}

void smp_requests_start_try(
	struct smp_requests *requests, struct smp_open_request *request, uint8_t version)
{
	/* There are never more open tries than numbers, so this ends. */
	while (is_sequence_in_use(requests, requests->next_sequence))
		requests->next_sequence++;
	request->header.sequence = requests->next_sequence++;
	request->header.version = version;
	smp_header_encode(&request->header, request->packet.data);
	request->sequences[request->tries_made++] = request->header.sequence;
	request->state = SMP_REQUEST_SENDING;
}

static bool is_reply_to(const struct smp_header *reply, uint8_t op, uint16_t group, uint8_t command)
{
	return reply->op == op + 1 && reply->group == group && reply->command == command;
}

struct smp_open_request *smp_requests_find_answered(
	struct smp_requests *requests, const struct smp_header *header, unsigned *ret_try)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		struct smp_open_request *request = &requests->table[i];
		const struct smp_header *asked = &request->header;

		*ret_try = find_try(request, header->sequence);
		if (*ret_try != 0 && is_reply_to(header, asked->op, asked->group, asked->command))
			return request;
	}
	return NULL;
}

enum smp_stray smp_requests_classify_stray(
	const struct smp_requests *requests, const struct smp_header *header)
{
	const struct smp_past_try *past = &requests->past[header->sequence];

	if (!past->is_known || !is_reply_to(header, past->op, past->group, past->command))
		return SMP_STRAY_UNKNOWN;
	return past->was_answered ? SMP_STRAY_DUPLICATE : SMP_STRAY_LATE;
}
