/* WaveRT streams and their clients. */
#include "section.h"
#include "wavert.h"

/* Shorter periods are not those of any device, and would leave no time for anything else. */
#define PERIOD_MIN_NS (100 * JSCOPE_NS_PER_US)
#define PERIOD_MAX_NS (60 * JSCOPE_NS_PER_SEC)

_Static_assert(JSCOPE__CPUS_MAX == 64 && JSCOPE__STREAM_EVENTS_MAX == 64 &&
		       JSCOPE__BUFFER_BYTES_MAX == 64u << 20,
	       "the limits below are told in words");

static const char *const modes[] = { "packet", "event", "poll", NULL };
static const char *const importances[] = { "low", "medium", "high", "medium-high", NULL };

static const struct jscope_stream_settings stream_default = {
	.rate_hz = 48000,
	.frame_bytes = 4,
	.period_frames = 480,
	.notification_count = 2,
	.importance = JSCOPE__IMPORTANCE_MEDIUM,
	.accuracy_frames = 1,
	.pause_ns = 50 * JSCOPE_NS_PER_MS,
};

#define AT(member) offsetof(struct jscope_stream_settings, member)
static const struct jscope__key stream_keys[] = {
	{ "rate", "Frames per second of the device.", JSCOPE__KEY_U32, AT(rate_hz), 1, 1536000,
	  "frames per second from 1 to 1536000, such as 48000", NULL },
	{ "frame_bytes", "Bytes of a frame (nBlockAlign).", JSCOPE__KEY_U32, AT(frame_bytes), 1,
	  1024, "bytes from 1 to 1024, such as 4 for 16-bit stereo", NULL },
	{ "period_frames", "Frames from one notification to the next.", JSCOPE__KEY_U32,
	  AT(period_frames), 1, 16777216,
	  "frames from 1 to 16777216, such as 480 for 10 ms at 48000", NULL },
	{ "notifications", "NotificationCount of the cyclic buffer.", JSCOPE__KEY_U32,
	  AT(notification_count), 1, 8,
	  "1 (at the end of the buffer) or 2 (at its middle, too); in event mode up to 8, as other "
	  "hardware than that of WaveRT has it",
	  NULL },
	{ "requested_bytes", "Buffer asked for, where it is not just what the periods need.",
	  JSCOPE__KEY_U32, AT(requested_bytes), 1, JSCOPE__BUFFER_BYTES_MAX,
	  "bytes from 1 to 67108864; the device rounds them down to whole packets", NULL },
	{ "capture", "Record instead of play.", JSCOPE__KEY_BOOL, AT(capture), 0, 0, "yes or no",
	  NULL },
	{ "mode",
	  "How the client follows the device: by packets, by position at each event, or by looking once a period.",
	  JSCOPE__KEY_WORD, AT(mode), 0, 0, "packet, event or poll", modes },
	{ "drift_ppm", "How much the clock of the device is fast.", JSCOPE__KEY_I32, AT(drift_ppm),
	  -100000, 100000, "parts per million from -100000 to 100000, such as 50", NULL },
	{ "irq", "Interrupt line; two devices with the same share it.", JSCOPE__KEY_U32, AT(irq), 1,
	  255, "an interrupt line from 1 to 255", NULL },
	{ "cpu", "CPU that it interrupts and that runs its DPC.", JSCOPE__KEY_U32, AT(cpu), 0, 63,
	  "the index of a CPU from 0, below [machine] cpus", NULL },
	{ "importance", "Of its DPC.", JSCOPE__KEY_WORD, AT(importance), 0, 0,
	  "low, medium, medium-high or high", importances },
	{ "threaded", "Its DPC runs at passive level.", JSCOPE__KEY_BOOL, AT(threaded), 0, 0,
	  "yes or no", NULL },
	{ "fifo_bytes", "FIFO of the hardware, as GetHWLatency tells it.", JSCOPE__KEY_U32,
	  AT(fifo_bytes), 0, 1048576, "bytes from 0 to 1048576", NULL },
	{ "chipset", "Largest delay of the chipset.", JSCOPE__KEY_DURATION, AT(chipset_ns), 0,
	  JSCOPE_NS_PER_SEC, "a duration with its unit up to 1s", NULL },
	{ "codec", "Delay of the codec.", JSCOPE__KEY_DURATION, AT(codec_ns), 0, JSCOPE_NS_PER_SEC,
	  "a duration with its unit up to 1s", NULL },
	{ "accuracy_frames", "How coarse the position register is.", JSCOPE__KEY_U32,
	  AT(accuracy_frames), 1, 65536, "frames from 1 to 65536", NULL },
	{ "pause_every", "How often the stream goes from RUN to PAUSE and back.",
	  JSCOPE__KEY_DURATION, AT(pause_every_ns), 1, 3600 * JSCOPE_NS_PER_SEC,
	  "a duration with its unit above 0", NULL },
	{ "pause", "How long it stays there.", JSCOPE__KEY_DURATION, AT(pause_ns), 1,
	  JSCOPE__WORK_MAX_NS, "a duration with its unit above 0", NULL },
	{ "end_packet", "Packet that is written as the end of the stream.", JSCOPE__KEY_U32,
	  AT(end_packet), 1, UINT32_MAX, "a packet number from 1", NULL },
};
#undef AT

static const char *stream_refusal(const void *element)
{
	const struct jscope_stream_settings *stream = element;
	jscope_ns period_ns =
		jscope_muldiv(stream->period_frames, JSCOPE_NS_PER_SEC, stream->rate_hz);
	uint64_t bytes =
		(uint64_t)stream->period_frames * stream->frame_bytes * stream->notification_count;

	if (period_ns < PERIOD_MIN_NS)
		return "period_frames at this rate is less than 100 us; make the period longer";
	if (period_ns > PERIOD_MAX_NS)
		return "period_frames at this rate is more than 60 s; make the period shorter";
	if (stream->notification_count > 2 && stream->mode != JSCOPE_MODE_EVENT)
		return "notifications are 1 (at the end of the buffer) or 2 (at its middle, too); "
		       "more are for mode = event";
	if (bytes > JSCOPE__BUFFER_BYTES_MAX)
		return "the buffer (period_frames * frame_bytes * notifications) is larger than "
		       "64 MiB; make the period shorter";
	return NULL;
}

const struct jscope__section jscope__section_stream = {
	.name = "stream",
	.named = true,
	.keys = stream_keys,
	.key_count = sizeof stream_keys / sizeof stream_keys[0],
	JSCOPE__SECTION(streams, stream_count),
	.defaults = &stream_default,
	.refusal = stream_refusal,
};

static const struct jscope_client_settings client_default = {
	.count = 1,
	.work = { .kind = JSCOPE_DISTRIBUTION_CONSTANT, .a = 200e3, .max_ns = JSCOPE__WORK_MAX_NS },
	.priority = 24,
};

#define AT(member) offsetof(struct jscope_client_settings, member)
static const struct jscope__key client_keys[] = {
	{ "stream", "Whose client it is; of all streams without one where it is left out.",
	  JSCOPE__KEY_NAME, AT(stream), 0, 0, "the name of a [stream]", NULL },
	{ "count", "Threads; the first one writes or reads.", JSCOPE__KEY_U32, AT(count), 1,
	  JSCOPE__STREAM_EVENTS_MAX, "a number from 1 to 64", NULL },
	{ "work", "CPU time from waking to answering.", JSCOPE__KEY_DISTRIBUTION, AT(work), 0,
	  JSCOPE__WORK_MAX_NS, JSCOPE__DISTRIBUTION_WHAT, NULL },
	{ "priority", "Of its threads.", JSCOPE__KEY_U32, AT(priority), 1, 31,
	  "a priority from 1 to 31", NULL },
};
#undef AT

const struct jscope__section jscope__section_client = {
	.name = "client",
	.named = true,
	.keys = client_keys,
	.key_count = sizeof client_keys / sizeof client_keys[0],
	JSCOPE__SECTION(clients, client_count),
	.defaults = &client_default,
};
