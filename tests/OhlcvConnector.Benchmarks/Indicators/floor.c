/* The formulas of six indicators in plain loops, as a C programmer would write them for these periods: the floor of the benchmark. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { double open, high, low, close, volume; } bar;
static volatile double sink;

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e9 + t.tv_nsec; }

typedef struct { double average, weight; int count, period; } ema;
static void ema_begin(ema *e, int n, double weight) { e->average = 0; e->count = 0; e->period = n; e->weight = weight; }
static inline double ema_push(ema *e, double x)
{
    if (e->count >= e->period) return e->average += e->weight * (x - e->average);
    e->average += x;
    return ++e->count < e->period ? NAN : (e->average /= e->period);
}

typedef struct { ema a, b, c, d; double last; int has; double ring[20]; int at, filled; double sum, squares, origin; double ring4[4]; int at4, n4; } state;

static void begin(state *s, const char *name)
{
    memset(s, 0, sizeof *s);
    if (!strcmp(name, "ema")) ema_begin(&s->a, 20, 2.0 / 21);
    if (!strcmp(name, "rsi")) { ema_begin(&s->a, 14, 1.0 / 14); ema_begin(&s->b, 14, 1.0 / 14); }
    if (!strcmp(name, "atr")) ema_begin(&s->a, 14, 1.0 / 14);
    if (!strcmp(name, "macd")) { ema_begin(&s->a, 12, 2.0 / 13); ema_begin(&s->b, 26, 2.0 / 27); ema_begin(&s->c, 9, 2.0 / 10); }
    if (!strcmp(name, "wavetrend")) { ema_begin(&s->a, 9, 2.0 / 10); ema_begin(&s->b, 9, 2.0 / 10); ema_begin(&s->c, 12, 2.0 / 13); }
}

static void step_ema(state *s, const bar *b, double *out) { out[0] = ema_push(&s->a, b->close); }

static void step_rsi(state *s, const bar *b, double *out)
{
    double change = b->close - s->last;
    s->last = b->close;
    if (!s->has) { s->has = 1; return; }
    double up = ema_push(&s->a, change > 0 ? change : 0), down = ema_push(&s->b, change < 0 ? -change : 0);
    out[0] = down != 0 ? 100 * up / (up + down) : 100;
}

static void step_atr(state *s, const bar *b, double *out)
{
    double range = b->high - b->low;
    if (s->has) {
        double up = fabs(b->high - s->last), down = fabs(b->low - s->last);
        if (up > range) range = up;
        if (down > range) range = down;
        out[0] = ema_push(&s->a, range);
    }
    s->has = 1;
    s->last = b->close;
}

static void step_macd(state *s, const bar *b, double *out)
{
    double fast = ema_push(&s->a, b->close), slow = ema_push(&s->b, b->close);
    if (isnan(slow)) return;
    double line = fast - slow, signal = ema_push(&s->c, line);
    out[0] = line; out[1] = signal; out[2] = line - signal;
}

static void step_bbands(state *s, const bar *b, double *out)
{
    if (!s->has) { s->has = 1; s->origin = b->close; }
    double x = b->close - s->origin, old = s->ring[s->at];
    s->ring[s->at] = x;
    if (++s->at == 20) s->at = 0;
    s->sum += x - old; s->squares += x * x - old * old;
    if (s->filled < 20 && ++s->filled < 20) return;
    double mean = s->sum / 20, variance = s->squares / 20 - mean * mean, width = 2 * sqrt(variance > 0 ? variance : 0);
    mean += s->origin;
    out[0] = mean + width; out[1] = mean; out[2] = mean - width;
    out[3] = width > 0 ? (b->close - out[2]) / (2 * width) : 0.5;
    out[4] = 2 * width / mean;
}

static void step_wavetrend(state *s, const bar *b, double *out)
{
    double price = (b->high + b->low + b->close) / 3, mean = ema_push(&s->a, price);
    if (isnan(mean)) return;
    double distance = ema_push(&s->b, fabs(price - mean));
    if (isnan(distance)) return;
    double wave = ema_push(&s->c, distance != 0 ? (price - mean) / (0.015 * distance) : 0);
    if (isnan(wave)) return;
    s->sum += wave - s->ring4[s->at4];
    s->ring4[s->at4] = wave;
    s->at4 = (s->at4 + 1) & 3;
    if (s->n4 < 4 && ++s->n4 < 4) return;
    out[0] = wave; out[1] = s->sum / 4; out[2] = out[0] - out[1];
}

typedef void (*step)(state *, const bar *, double *);

#define RUN(name, function) \
    static double run_##name(state *s, const bar *bars, int count) { double out[8] = {0}, total = 0; for (int i = 0; i < count; i++) { function(s, &bars[i], out); total += out[0]; } return total; }
RUN(ema, step_ema) RUN(rsi, step_rsi) RUN(atr, step_atr) RUN(macd, step_macd) RUN(bbands, step_bbands) RUN(wavetrend, step_wavetrend)

int main(int argc, char **argv)
{
    int count = atoi(argv[2]), chunk = atoi(argv[3]), rounds = atoi(argv[4]);
    bar *bars = malloc(sizeof(bar) * count);
    FILE *file = fopen(argv[1], "rb");
    if (!file || fread(bars, sizeof(bar), count, file) != (size_t)count) return 1;
    const char *names[] = { "ema", "rsi", "atr", "macd", "bbands", "wavetrend" };
    double (*runs[])(state *, const bar *, int) = { run_ema, run_rsi, run_atr, run_macd, run_bbands, run_wavetrend };
    double least[6];
    state states[6];
    for (int n = 0; n < 6; n++) { begin(&states[n], names[n]); least[n] = INFINITY; }
    for (int round = 0; round < rounds; round++)
        for (int n = 0; n < 6; n++) {
            const bar *part = bars + (long)(round * (long)chunk) % (count - chunk);
            double started = now();
            sink = runs[n](&states[n], part, chunk);
            double each = (now() - started) / chunk;
            if (each < least[n]) least[n] = each;
        }
    for (int n = 0; n < 6; n++) printf("%s %.3f\n", names[n], least[n]);
    return 0;
}
