using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Benchmarks.FanOut;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Hosting;

namespace OhlcvConnector.Benchmarks.Prices;

/// <summary>
/// The measured process: the product over a synthetic market, or a bare Kestrel that answers what it is told. Its first line is its port; it ends with its
/// input.
/// </summary>
internal static class PriceServer
{
    public const string Product = "product";
    public const string Still = "still"; // the product, whose prices stop changing
    public const string Floor = "kestrel";

    /// <param name="kind">The product or the floor.</param>
    /// <param name="bytes">The length of the floor's body.</param>
    public static async Task RunAsync(string kind, int bytes)
    {
        var port = kind is Product or Still ? await StartProductAsync(kind == Still) : await StartFloorAsync(bytes);
        Console.WriteLine(port.ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync() is not null)
        {
            // nothing is asked of it
        }
    }

    private static async Task<int> StartProductAsync(bool isStill)
    {
        var feed = new SyntheticFeed();
        var server = await ConnectorServer.StartAsync(new ServerOptions { Port = 0, HealthPort = 0 }, _ => { }, logging =>
        {
            logging.SetMinimumLevel(LogLevel.None);
            logging.Services.AddSingleton<IPriceFeedRepository>(feed); // before the server's own, which it then does not add
            logging.Services.AddSingleton<IInstrumentRepository>(feed);
            logging.Services.AddSingleton<IPriceHistoryRepository>(feed);
        });
        _ = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            for (var first = 0L; await timer.WaitForNextTickAsync() && (!isStill || first < 50L * VenueFrames.SymbolCount); first += VenueFrames.SymbolCount)
            {
                feed.Send(first, VenueFrames.SymbolCount);
            }
        });
        return server.HealthAddress!.Port;
    }

    private static async Task<int> StartFloorAsync(int bytes)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var body = new byte[bytes];
        Array.Fill(body, (byte)' ');
        application.Run(context =>
        {
            context.Response.Headers.ETag = "W/\"0123456789abcdef\"";
            context.Response.Headers.CacheControl = "private, max-age=299";
            if (context.Request.Headers.IfNoneMatch.Count > 0)
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        await application.StartAsync();
        return new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }
}
