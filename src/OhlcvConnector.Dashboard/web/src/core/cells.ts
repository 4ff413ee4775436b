// The charts of the chart page, as the address says them.

export interface Cell { readonly key: string; readonly interval: string; readonly with: readonly string[] }

export interface ChartPlace { readonly cells: readonly Cell[]; readonly isLog: boolean; readonly hasProfile: boolean; readonly hasSignals: boolean; readonly hasTrades: boolean }

const MostCells = 9;

/** Reads the charts from an address; what it leaves out is as usual. */
export function readCells(query: Readonly<Record<string, string>>): ChartPlace {
  const keys = (query['s'] ?? '').split(',').filter((key) => key.split('|').length === 3).slice(0, MostCells);
  const [intervals, indicators] = [(query['i'] ?? '').split(','), (query['with'] ?? '').split(',')];
  return {
    cells: keys.map((key, index) => ({ key, interval: intervals[index] || '1h', with: (indicators[index] ?? '').split(' ').filter(Boolean) })),
    isLog: query['log'] === '1', hasProfile: query['vp'] === '1', hasSignals: query['signals'] !== '0', hasTrades: query['trades'] !== '0',
  };
}

/** Writes the charts for an address. */
export function writeCells(place: ChartPlace): Record<string, string | undefined> {
  const hasIndicators = place.cells.some((cell) => cell.with.length > 0);
  return {
    s: place.cells.map((cell) => cell.key).join(','), i: place.cells.map((cell) => cell.interval).join(','),
    with: hasIndicators ? place.cells.map((cell) => cell.with.join(' ')).join(',') : undefined,
    log: place.isLog ? '1' : undefined, vp: place.hasProfile ? '1' : undefined, signals: place.hasSignals ? undefined : '0', trades: place.hasTrades ? undefined : '0',
  };
}
