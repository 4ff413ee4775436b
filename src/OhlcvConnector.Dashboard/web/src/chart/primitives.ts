// What is drawn on a chart beside series: gaps, lines of the reader, and the volume profile.
import type {
  IChartApi, IPrimitivePaneRenderer, IPrimitivePaneView, ISeriesApi, ISeriesPrimitive, PrimitivePaneViewZOrder, SeriesAttachedParameter, SeriesType, Time,
} from 'lightweight-charts';
import type { Gap } from '../core/series.ts';
import { duration } from '../core/time.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];
type Attached = { chart: IChartApi; series: ISeriesApi<SeriesType>; requestUpdate: () => void };

/** What draws itself on the pane of the candles. */
abstract class Drawing implements ISeriesPrimitive<Time>, IPrimitivePaneView, IPrimitivePaneRenderer {
  protected on: Attached | null = null;
  private readonly views = [this];
  private readonly order: PrimitivePaneViewZOrder;

  constructor(order: PrimitivePaneViewZOrder) {
    this.order = order;
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.on = { chart: parameter.chart as IChartApi, series: parameter.series, requestUpdate: parameter.requestUpdate };
  }

  detached(): void {
    this.on = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views;
  }

  zOrder(): PrimitivePaneViewZOrder {
    return this.order;
  }

  renderer(): IPrimitivePaneRenderer {
    return this;
  }

  draw(target: Target): void {
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      if (this.on) {
        this.paint(context, mediaSize.width, mediaSize.height, this.on);
      }
    });
  }

  protected abstract paint(context: CanvasRenderingContext2D, width: number, height: number, on: Attached): void;
}

/** Stretches without candles: hatched, and named. */
export class Gaps extends Drawing {
  gaps: readonly (Gap & { readonly firstTime: number; readonly lastTime: number })[] = [];
  word = 'gap';
  colour = '#888';
  ground = '#000';

  constructor() {
    super('normal');
  }

  protected paint(context: CanvasRenderingContext2D, width: number, height: number, { chart }: Attached): void {
    const scale = chart.timeScale();
    const half = (chart.options().timeScale.barSpacing ?? 6) / 2;
    for (const gap of this.gaps) {
      const [left, right] = [scale.timeToCoordinate((gap.firstTime / 1_000) as Time), scale.timeToCoordinate((gap.lastTime / 1_000) as Time)];
      if (left === null || right === null || right + half < 0 || left - half > width) {
        continue;
      }
      const [from, to] = [left - half, right + half];
      context.save();
      context.beginPath();
      context.rect(from, 0, to - from, height);
      context.clip();
      context.strokeStyle = this.colour;
      context.globalAlpha = 0.28;
      context.beginPath();
      for (let x = from - height; x < to; x += 9) {
        context.moveTo(x, height);
        context.lineTo(x + height, 0);
      }
      context.stroke();
      context.restore();
      context.font = '600 11px system-ui, sans-serif';
      context.textAlign = 'center';
      const long = `${this.word} ${duration(gap.to - gap.from)}`;
      const words = context.measureText(long).width + 12 < to - from ? long : this.word;
      const room = context.measureText(words).width / 2 + 5;
      context.fillStyle = this.ground;
      context.fillRect((from + to) / 2 - room, 40, room * 2, 18);
      context.fillStyle = this.colour;
      context.fillText(words, (from + to) / 2, 53);
    }
  }
}

export interface LinePoint { readonly time: number; readonly price: number }
export interface DrawnLine { readonly from: LinePoint; readonly to: LinePoint }

/** Lines that the reader drew. */
export class Lines extends Drawing {
  lines: readonly DrawnLine[] = [];
  /** The first end of the line that is being drawn, and where the pointer is. */
  pending: { readonly from: LinePoint; readonly x: number; readonly y: number } | null = null;
  colour = '#6aa7ff';
  /** Gives the place of a time that is no candle's. */
  place: (time: number) => number | null = () => null;

  constructor() {
    super('top');
  }

  update(): void {
    this.on?.requestUpdate();
  }

  protected paint(context: CanvasRenderingContext2D, _width: number, _height: number, { series }: Attached): void {
    context.strokeStyle = context.fillStyle = this.colour;
    context.lineWidth = 1.6;
    const end = (point: LinePoint) => ({ x: this.place(point.time), y: series.priceToCoordinate(point.price) as number | null });
    const all = this.lines.map((line) => [end(line.from), end(line.to)] as const);
    if (this.pending) {
      all.push([end(this.pending.from), { x: this.pending.x, y: this.pending.y }]);
    }
    for (const [from, to] of all) {
      if (from.x === null || from.y === null || to.x === null || to.y === null) {
        continue;
      }
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
      for (const { x, y } of [from, to] as { x: number; y: number }[]) {
        context.beginPath();
        context.arc(x, y, 3, 0, 2 * Math.PI);
        context.fill();
      }
    }
  }
}

export interface ProfileRow { readonly low: number; readonly high: number; readonly volume: number }
export interface Profile { readonly rows: readonly ProfileRow[]; readonly poc: number | null; readonly high: number | null; readonly low: number | null }

/** How much was traded at which prices, at the right edge. */
export class ProfileBars extends Drawing {
  profile: Profile | null = null;
  colours = { inside: '#6aa7ff', outside: '#53678c', poc: '#f6c453' };

  constructor() {
    super('bottom');
  }

  update(profile: Profile | null): void {
    this.profile = profile;
    this.on?.requestUpdate();
  }

  protected paint(context: CanvasRenderingContext2D, width: number, _height: number, { series }: Attached): void {
    if (!this.profile || this.profile.rows.length === 0) {
      return;
    }
    const { rows, poc, high, low } = this.profile;
    const most = Math.max(...rows.map((row) => row.volume)) || 1;
    for (const row of rows) {
      const [top, bottom] = [series.priceToCoordinate(row.high), series.priceToCoordinate(row.low)];
      if (top === null || bottom === null) {
        continue;
      }
      const middle = (row.low + row.high) / 2;
      const long = (row.volume / most) * Math.min(width * 0.25, 240);
      const isControl = poc !== null && poc >= row.low && poc < row.high;
      context.globalAlpha = isControl ? 0.75 : 0.35;
      context.fillStyle = isControl ? this.colours.poc : high !== null && low !== null && middle <= high && middle >= low ? this.colours.inside : this.colours.outside;
      context.fillRect(width - long, top + 0.5, long, Math.max(1, bottom - top - 1));
    }
    context.globalAlpha = 1;
  }
}
