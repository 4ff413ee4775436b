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
  actions: 'Actions', close: 'Close', cancel: 'Cancel', save: 'Save', add: 'Add', remove: 'Remove', loading: 'Loading', retry: 'Try again', none: 'none', yes: 'yes', no: 'no', apply: 'Apply',
  link: {
    open: 'Live', connecting: 'Connecting', waiting: (seconds: number, attempt: number) => `Reconnecting in ${seconds} s (attempt ${attempt})`,
    refused: 'Refused', resumed: 'Connected again; every series goes on where it was.',
    lost: 'The connection is lost. What is shown is the last that was known; it goes on by itself.', now: 'Reconnect now', clock: 'Time of the market',
  },
  key: {
    title: 'This server wants an API key', explain: 'It is kept in this tab alone and is gone when the tab is closed. One is made with', label: 'API key', use: 'Use this key', enter: 'Enter a key', another: 'Use another key',
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
    addAll: (count: number) => `Add all ${count}`, results: (count: number) => `${count} listings match`, followed: 'followed', searchHint: 'Enter or a click adds, and removes what is followed', noResults: 'No listing matches.',
    loadingListings: 'Reading the listings of the exchanges',
    empty: 'Nothing is followed yet. Search for a symbol and add it.', nothingMatches: 'Nothing that is followed matches.',
    favour: (symbol: string) => `Favourite ${symbol}`, drop: (symbol: string) => `Remove ${symbol}`, sortBy: (column: string) => `Sort by ${column}`,
    limit: 'One address may follow 500 series at a time; the server says so where it is more.',
    clear: 'Remove all', halted: 'halted', signalOf: (title: string, strength: number) => `${title}, strength ${strength}`,
  },
  chart: {
    title: 'Chart', interval: 'Interval', built: 'built', symbol: 'Symbol', change: 'Change', indicators: 'Indicators', addIndicator: 'Add an indicator', draw: 'Line', drawTitle: 'Draw a line between two points',
    drawing: 'Click two points', clearLines: 'Remove lines', log: 'Log', png: 'PNG', csv: 'CSV', link: 'Link', copied: 'The link is copied', grid: 'Charts', profile: 'Volume profile', gaps: (count: number) => (count === 1 ? '1 gap' : `${count} gaps`), manySignals: (count: number) => `${count} signals`, manyTrades: (count: number) => `${count} trades`,
    cipher: 'Quantum cipher', signals: 'Signals', trades: 'Paper trades', open: 'O', high: 'H', low: 'L', close: 'C', volume: 'V', gap: 'gap',
    gapWithout: 'The exchange has no candles here', older: 'Reading older candles', beginning: 'The history begins here', attribution: 'Charts by TradingView Lightweight Charts™',
    parameters: 'Parameters', onPrice: 'on the price', ownPane: 'pane of its own', find: 'Find an indicator', live: 'Live', problem: 'No candles',
    label: (symbol: string, interval: string) => `Candles of ${symbol}, ${interval}`, remove: (name: string) => `Remove ${name}`, follow: 'Go to the newest candle',
    poc: 'POC', from: 'from', tools: 'Tools of the chart', charts: (count: number) => (count === 1 ? '1 chart' : `${count} charts`),
  },
};

export const pageTexts = {
  signals: {
    title: 'Signals', feed: 'Feed', rules: 'Rules', editor: 'Editor', trial: 'What would it have said?', empty: 'No rule has spoken yet. Signals come as candles close.',
    off: 'This server watches no series for signals. Name some with --signals binance:BTCUSDT,ETHUSDT.', symbol: 'Symbol or exchange', rule: 'Rule', direction: 'Direction', any: 'any',
    strength: 'Least strength', parts: 'Parts', holds: 'holds', votesShort: 'votes short', not: 'does not hold', weight: 'weight', after: 'What came after', later: (candles: string) => `after ${candles} ${candles === '1' ? 'candle' : 'candles'}`,
    late: 'late', provisional: 'provisional', chart: 'Chart', more: 'Older signals', count: (count: number) => `${count} signals`,
    standing: (count: number) => `${count} rules stand`, problem: 'The file is wrong, and the rules before it stand', edit: 'Rules as JSON: a whole trading_config.json or signals.json', check: 'Check',
    store: 'Save to the server', checked: (rules: number) => `These ${rules} rules are right.`, stored: (rules: number, file: string | null) => `${rules} rules stand now${file ? `, in ${file}` : ', until the server stops'}.`,
    evaluate: 'Evaluate', days: 'Days back', judged: (candles: number, signals: number) => `${candles} candles were judged; ${signals} signals.`, mean: 'Mean change', line: (line: number, column: number) => `line ${line}, column ${column}`,
    example: `{
  "sets": [],
  "rules": [
    {
      "name": "dip", "title": "Oversold in a rising market", "direction": "long",
      "when": { "all": ["rsi:14 crosses above 30", "ema:50 > ema:200"] }
    }
  ]
}`,
    noFile: 'The text of the rules is for keys of the role admin; this one is an example.', time: 'Close of the candle', price: 'Price', interval: 'Interval', notJson: 'This is no JSON',
  },
  portfolio: {
    title: 'Portfolio and paper trading', off: 'This server does not trade on paper. Start it with --set PaperLedger=paper.db.', accounts: 'Accounts', newAccount: 'New account', name: 'Name', strategy: 'Strategy',
    manual: 'none: orders by hand', cash: 'Cash', equity: 'Equity', returned: 'Return', fees: 'Fees', fills: 'Fills', trades: 'Trades', positions: 'Positions', orders: 'Orders', openOrders: 'Open orders', start: 'Since',
    allOrders: 'All orders', series: 'Series', quantity: 'Quantity', average: 'Average price', mark: 'Mark', value: 'Value', side: 'Side', buy: 'Buy', sell: 'Sell', type: 'Type', amount: 'Amount', amountKind: 'Amount is',
    limit: 'Limit', stop: 'Stop', trail: 'Trail by', stopLoss: 'Stop loss', takeProfit: 'Take profit', place: 'Order', placed: (order: string | null | undefined) => `Order ${order ?? ''} is placed.`, amend: 'Amend', cancelled: 'The order is cancelled.', amended: 'The order is changed.',
    state: 'State', reason: 'Reason', filled: 'Filled', time: 'Time', price: 'Price', fee: 'Fee', profit: 'Profit', entry: 'Entry', exit: 'Exit', kill: 'Kill switch', halt: 'Halt', haltClose: 'Halt and close positions', haltAll: 'Halt all accounts',
    sure: 'Press again to be sure', resume: 'Resume', halted: 'Halted', haltedBecause: (why: string) => `Halted: ${why}. Only orders that reduce are taken.`, deposit: 'Deposit', withdraw: 'below zero takes out', reset: 'Begin anew', closeAccount: 'Close the account',
    kinds: { quantity: 'units', cash: 'money', percent: '% of equity', riskPercent: '% of risk', position: 'all of the position' }, types: ['market', 'limit', 'stop', 'stop-limit', 'trailing-stop'], reduceOnly: 'Reduce only',
    created: (name: string) => `The account ${name} is there.`, secret: 'Secret of the hook, shown once', hooks: 'Hooks of charting services may order', currency: 'Currency', symbols: 'Symbols, with commas', exchange: 'Exchange', market: 'Market', interval: 'Interval',
    noPositions: 'No position.', noOrders: 'No open order.', nothing: 'Nothing yet.', curve: 'Equity', wrongNumber: (field: string) => `${field} must be a number such as 0.25.`, dailyLoss: 'Daily loss limit, share', takerFee: 'Fee, share', candles: 'Candles', entries: 'trades',
  },
  analytics: {
    title: 'Analytics', backtests: 'Backtests', forecasts: 'Forecasts', run: 'Run a backtest', note: 'A simulation of the past under assumptions, and no advice.', strategy: 'Strategy', symbols: 'Symbol', interval: 'Interval', from: 'From', to: 'To (now when empty)', cash: 'Cash',
    fee: 'Fee, share', ofExchange: 'the exchange’s', slippage: 'Slippage, share', leverage: 'Leverage', short: 'May be short', gaps: 'Run over gaps', start: 'Run', progress: 'Progress', cancel: 'Cancel', forget: 'Forget', compare: 'Compare', runs: 'Runs', state: 'State', result: 'Result', noRuns: 'No backtest was run since the server started.',
    equity: 'Equity', drawdown: 'Drawdown', trades: 'Trades', statistics: 'Statistics', walk: 'Walk-forward', walkOn: 'Walk-forward beside the run', folds: 'Parts', ranges: 'Values to try, with commas', trained: 'Return in training', tested: 'Return on unseen candles', parameters: 'Parameters',
    missing: (count: string) => `${count} older trades are left out.`, rejected: (count: string, why: string | null) => `${count} orders were refused${why ? `: ${why}` : ''}`, off: 'This server has no backtests.', models: 'Models', noModels: 'This server serves no forecasts. Train a model, and name its folder with --set ForecastModels=models.', model: 'Model', target: 'Target', horizon: 'Horizon',
    skill: 'Skill against “no change” (95 %)', verdict: 'Verdict', forecast: 'Forecast', point: 'Point', band: 'Band', at: 'For', ask: 'Forecast now', card: 'Card', distribution: 'Returns of trades', chart: 'Trades on the chart', rules: 'Rules (JSON)', days: 'days', isCurrent: 'in use', until: 'To', forecastNote: 'A calculation on the past, and no advice.', leastDays: (days: string) => `Figures of a year (a year %, volatility, Sharpe, Sortino, Calmar, turnover) are left out: this run has ${days} days, and 90 are the least of which they say something. The API has them.`,
    deepLoss: 'A ratio below −10 says no more than that the run loses: the volatility of a year is compounded, and shrinks with the capital.',
    stats: {
      returnPercent: 'Return %', buyAndHoldReturnPercent: 'Buy and hold %', cagrPercent: 'A year %', annualVolatilityPercent: 'Volatility %', sharpeRatio: 'Sharpe', sortinoRatio: 'Sortino', calmarRatio: 'Calmar', maxDrawdownPercent: 'Deepest drawdown %', maxDrawdownDays: 'Longest drawdown, days', trades: 'Trades',
      winRatePercent: 'Won %', bestTradePercent: 'Best trade %', worstTradePercent: 'Worst trade %', averageTradePercent: 'Mean trade %', profitFactor: 'Profit factor', expectancyPercent: 'Expectancy %', sqn: 'SQN', kellyCriterion: 'Kelly', exposureTimePercent: 'In the market %', equityFinal: 'Equity at the end', equityPeak: 'Highest equity', commissions: 'Commissions', slippage: 'Slippage', turnoverPerYear: 'Turnover a year', alphaPercent: 'Alpha %', beta: 'Beta',
    } as Record<string, string>,
  },
  health: {
    title: 'Health', ready: 'Ready', notReady: 'Not ready', good: 'Everything works as it should.', degraded: 'What does not work as it should', todo: 'What to do', exchanges: 'Exchanges', market: 'Market', connections: 'Connections', circuit: 'Circuit', budget: 'Budget used', quotes: 'Candles', errors: 'Errors', last: 'Last message', gaps: 'Gaps: found, filled, left', repairs: 'Repairs',
    reconnections: 'Reconnected', series: 'Series', clients: 'Clients', connected: 'Connected', subscriptions: 'Subscriptions', deliveries: 'Delivered', conflated: 'Conflated', slow: 'Cut off, too slow', refused: 'Refused', bytes: 'Sent', uptime: 'Running for', memory: 'Memory', version: 'Version', archive: 'Archive', kept: 'Candles kept', revised: 'Revised', missing: 'Known gaps', failedWrites: 'Writes that failed',
    noArchive: 'Nothing is kept: start the server with --set Archive=candles.db, and candles survive it.', calendar: 'Coverage of the archive', covered: (share: string, day: string) => `${day}: ${share} covered`, holes: (count: number) => `${count} holes`, less: 'less', more: 'all', none: 'nothing known', noDetails: 'This key may not read the details, or the server is older than this page.',
    advice: {
      connect: 'The exchange cannot be reached. Look at the network and at the exchange’s own status page; the connector tries again by itself, with growing waits, and fills what was missed.',
      keys: 'The file of API keys cannot be read. Keys that were valid stay so; repair the file, it is read again by itself.', notices: 'A channel of notifications does not take its notices. Try it under Settings; what was given up can be told again there.',
      stale: 'A close is overdue. The connector asks history for it; where the exchange does not trade, that is as it should be.', paper: 'A paper account has stopped. Its reason is on the page Portfolio; a restart of the server tries again.', preload: 'A series that is to be followed is not yet: see whether its name is right. It is tried again every few seconds.', other: 'See the server’s log for more.',
      bus: 'Look whether the bus runs and can be reached, and whether it has room. Candles wait in memory; what is too much is read from history again, so that nothing is lost.',
      cluster: 'Start nodes, or allow the addresses more. “connector-cli cluster status” names the shards that are carried by too few nodes, and the series that an exchange does not have.',
      rule: 'The rule took too long or failed too often. Mend it under Signals; it judges again once it is stored.', wish: 'Mend the account in the file of rules, or change the account under Portfolio.',
    },
    bus: 'Bus', roles: { publishes: 'publishes', reads: 'reads' } as Record<string, string>, published: 'Closes stored', alreadyThere: 'There already', fenced: 'Went on where it ends', toldGaps: 'Gaps told', failedAttempts: 'Attempts that failed',
    waitingForBus: 'Waiting', lag: 'Oldest waits for', cluster: 'Cluster', node: 'node', nodes: 'Nodes that live', carried: 'Series carried here', shards: 'Shards here', unplaced: 'Carried by too few', unknown: 'Not at the exchange',
    moved: 'Shards taken, given, lost', noBus: 'This server is on no bus and in no cluster (settings Bus, Upstream, Cluster).', closedWaiting: 'Waiting', duplicates: 'Repeated, dropped', readSince: 'counts since the start',
  },
  settings: {
    title: 'Settings', look: 'Look', session: 'API key', sessionNote: 'Kept in this tab alone.', leave: 'Forget the key', hasKey: 'A key is in use.', noKey: 'No key is in use.', server: 'Settings of the server', find: 'Find a setting', name: 'Name', value: 'Value', source: 'Set by', meaning: 'Meaning', changed: (name: string) => `${name} is changed, until the server stops.`,
    readOnly: 'read at the start', notifications: 'Notifications', noChannels: 'No channel is set: see Notifications in the settings, and docs/notifications.md.', channel: 'Channel', waiting: 'Waiting', dead: 'Given up', test: 'Test', tested: (channel: string) => `${channel} took the message.`, failed: (channel: string, why: string) => `${channel}: ${why}`, again: 'Tell again', retried: (count: string) => `${count} notices wait again.`,
    adminOnly: 'Settings are shown to keys of the role admin.', own: 'Only what is set', changeable: 'Only what can be changed now', recent: 'Latest notices', about: 'About', licences: 'Licences', api: 'REST, to try it', notice: 'Notice', told: 'Notice',
  },
};
