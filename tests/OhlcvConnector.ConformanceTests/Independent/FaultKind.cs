namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>
/// What can go wrong at a venue. Each kind was seen on a real one, is reported of one, or is plain bad luck; the names say what the venue, the way to it, or
/// the local clock does.
/// </summary>
internal enum FaultKind
{
    // Connections that end.
    CutByReset,
    CutByFin,
    CutAll,
    HalfOpen,
    CutInsideFrame,
    Close1000,
    Close1001,
    Close1008,
    Close1011,
    Close1012,
    CloseWithoutCode,
    DyingYoung,
    RotatingEnds,
    NoticeThenCut,
    NoticeStorm,

    // Connections that do not begin.
    ConnectionsRefused,
    HandshakeHangs,
    HandshakeSlow,
    HandshakeRefused503,
    HandshakeRefused429,
    HandshakeGarbage,
    HandshakeCut,

    // Heartbeats and framing.
    PingFlood,
    NoPongs,
    FragmentedMessages,
    BytewiseSegments,
    BinaryFrames,
    HugeJunkMessage,

    // What messages hold.
    GarbageText,
    TruncatedText,
    EmptyObjects,
    UnknownMessages,
    UnknownFields,
    KeysShuffled,
    NumbersRespelt,
    NullInMessage,
    BadCandleInMessage,
    OffGridInMessage,
    FutureCandle,
    PastCandle,
    ForeignSymbol,
    EventTimeLies,
    EventTimeAhead,
    EventTimeBehind,

    // Closes and updates.
    CloseMissing,
    CloseTwice,
    CloseLate,
    CloseAfterNext,
    UpdateAfterClose,
    UpdatesReordered,
    UpdatesRepeated,
    EverythingLate,
    StalledConnection,
    StalledSeries,
    MuteFromMidMinute,

    // Trades, where a venue tells them.
    TradesLate,
    TradesTwice,
    TradesReordered,
    TradesMerged,

    // Subscribing.
    AckLate,
    AckMissing,
    AckThenSilence,
    SubscribeRefusedOnce,
    AlreadySubscribed,

    // What history answers.
    RestEmpty,
    RestShort,
    RestNewestOnly,
    RestCandleBehind,
    RestFlipFlop,
    RestInnerHole,
    RestStale,
    RestBadRow,
    RestBadRowForAWhile,
    RestNullColumn,
    RestOffGridRow,
    RestRowsTwice,
    RestUnsorted,
    RestRespelt,

    // How it answers.
    RestGzip,
    RestDamagedGzip,
    RestChunked,
    RestSlow,
    RestHangs,
    RestHangsForOne,
    RestReset,
    RestTruncated,
    RestEmptyBody,
    RestWrongShape,
    RestHtml200,
    Rest429Seconds,
    Rest429Date,
    Rest429Bare,
    RestBanned,
    Rest500Html,
    Rest503,
    RestConnectionClose,
    RestDownLong,
    RestDownThenEmpty,
    AllDownLong,

    // Clocks.
    DateAhead,
    DateBehind,
    DateAbsent,
    DateLiesOnce,
    LocalClockAhead,
    LocalClockBehind,

    // Listings.
    ListingDown,
    ListingEmpty,
    ListingShrinks,
    ListingGrows,
    ListingHalts,
}
