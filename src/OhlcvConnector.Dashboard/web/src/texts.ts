// All that the page says, in English.

export const texts = {
  name: 'OhlcvConnector',
  skip: 'Skip to the content',
  pages: {
    markets: 'Markets', chart: 'Chart', signals: 'Signals', portfolio: 'Portfolio', analytics: 'Analytics', health: 'Health', settings: 'Settings',
  },
  navigation: 'Pages',
  sandbox: 'SANDBOX',
  sandboxLong: 'simulated exchanges, none of this is real',
  paper: 'PAPER',
  paperLong: 'Simulated trading with simulated money. Nothing here can place a real order, and nothing here is advice.',
  close: 'Close', cancel: 'Cancel', save: 'Save', add: 'Add', remove: 'Remove', loading: 'Loading', retry: 'Try again', none: 'none', yes: 'yes', no: 'no', apply: 'Apply',
  link: {
    open: 'Live', connecting: 'Connecting', waiting: (seconds: number, attempt: number) => `Reconnecting in ${seconds} s (attempt ${attempt})`,
    refused: 'Refused', resumed: 'Connected again; every series goes on where it was.',
    lost: 'The connection is lost. What is shown is the last that was known; it goes on by itself.', now: 'Reconnect now', clock: 'Time of the market',
  },
  key: {
    title: 'This server wants an API key', explain: 'It is kept in this tab alone and is gone when the tab is closed. One is made with', label: 'API key', use: 'Use this key',
    wrong: 'The server does not know this key.',
  },
  theme: { label: 'Theme', system: 'As the system', dark: 'Dark', light: 'Light', toggle: 'Change between dark and light' },
  zone: { label: 'Times', utc: 'UTC', local: 'Local' },
  markets: {
    title: 'Markets', search: 'Search all listings, or filter: BTC, okx usdm, /USDC', hint: 'Press / to search, arrows to move, Enter for the chart, F for a favourite, Delete to remove',
    caption: 'Markets that are followed', following: (count: number) => `${count} followed`, shown: (shown: number, count: number) => `${shown} of ${count}`,
    favourites: 'Favourites', everything: 'All', exchange: 'Exchange', market: 'Market', anyExchange: 'All exchanges', anyMarket: 'All markets',
    columns: {
      favourite: 'Favourite', symbol: 'Symbol', exchange: 'Exchange', price: 'Price', change: '24 h', range: 'Range of 24 h', volume: 'Volume 24 h', spark: 'Last 24 h',
      age: 'Age', state: 'State', signal: 'Signal', remove: 'Remove',
    },
    states: { live: 'Live', reconnecting: 'Reconnecting', stale: 'Stale', waiting: 'Waiting', problem: 'Refused' },
    addAll: (count: number) => `Add all ${count}`, results: (count: number) => `${count} listings match`, followed: 'followed', noResults: 'No listing matches.',
    loadingListings: 'Reading the listings of the exchanges', listingFailed: (exchange: string, why: string) => `${exchange}: ${why}`,
    empty: 'Nothing is followed yet. Search for a symbol and add it.', nothingMatches: 'Nothing that is followed matches.',
    favour: (symbol: string) => `Favourite ${symbol}`, drop: (symbol: string) => `Remove ${symbol}`, sortBy: (column: string) => `Sort by ${column}`,
    limit: 'One address may follow 500 series at a time; the server says so where it is more.',
    clear: 'Remove all', halted: 'halted', signalOf: (title: string, strength: number) => `${title}, strength ${strength}`,
  },
  chart: {
    title: 'Chart', interval: 'Interval', built: 'built', symbol: 'Symbol', change: 'Change', indicators: 'Indicators', addIndicator: 'Add an indicator', draw: 'Draw a line',
    drawing: 'Click two points', clearLines: 'Remove lines', log: 'Log', png: 'PNG', csv: 'CSV', link: 'Link', copied: 'The link is copied', grid: 'Charts', profile: 'Volume profile',
    cipher: 'Quantum cipher', signals: 'Signals', trades: 'Paper trades', open: 'O', high: 'H', low: 'L', close: 'C', volume: 'V', gap: 'gap',
    gapWithout: 'The exchange has no candles here', older: 'Reading older candles', beginning: 'The history begins here', attribution: 'Charts by TradingView Lightweight Charts™',
    parameters: 'Parameters', onPrice: 'on the price', ownPane: 'pane of its own', find: 'Find an indicator', live: 'Live', problem: 'No candles',
    label: (symbol: string, interval: string) => `Candles of ${symbol}, ${interval}`, remove: (name: string) => `Remove ${name}`, follow: 'Go to the newest candle',
    poc: 'POC', valueArea: 'value area', from: 'from', tools: 'Tools of the chart', candles: (count: number) => `${count} candles`,
  },
};
