// A line of the last closes.
import { memo } from '../core/memo.ts';

const Width = 96;
const Height = 26;

export const Spark = memo(({ closes, isUp }: { closes: readonly number[]; isUp: boolean }) => {
  if (closes.length < 2) {
    return <svg class="spark" viewBox={`0 0 ${Width} ${Height}`} aria-hidden="true" />;
  }
  const [low, high] = [Math.min(...closes), Math.max(...closes)];
  const span = high - low || 1;
  const points = closes.map((close, index) =>
    `${((index / (closes.length - 1)) * (Width - 2) + 1).toFixed(1)},${(Height - 3 - ((close - low) / span) * (Height - 6)).toFixed(1)}`).join(' ');
  return (
    <svg class={`spark ${isUp ? 'up' : 'down'}`} viewBox={`0 0 ${Width} ${Height}`} preserveAspectRatio="none" aria-hidden="true">
      <polygon points={`1,${Height} ${points} ${Width - 1},${Height}`} />
      <polyline points={points} />
    </svg>
  );
}, (a, b) => a.closes === b.closes && a.isUp === b.isUp);
