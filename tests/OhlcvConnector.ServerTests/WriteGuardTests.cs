using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.Keys;
using OhlcvConnector.Server.Rest;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public sealed class WriteGuardTests : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_keys);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:8766", null, null, null)]
    [InlineData("::1", "[::1]:8766", null, null, null)]
    [InlineData("::ffff:127.0.0.1", "localhost:8766", null, null, null)]
    [InlineData("127.0.0.1", "localhost:8766", "http://localhost:8766", null, null)]
    [InlineData("127.0.0.1", "mine.example:8766", null, null, null)]
    [InlineData("127.0.0.1", "localhost:8766", "https://app.example", null, null)]
    [InlineData("10.0.0.7", "localhost:8766", null, null, "for other machines")]
    [InlineData("127.0.0.1", "localhost:8766", null, "X-Forwarded-For", "for other machines")]
    [InlineData("127.0.0.1", "localhost:8766", null, "Forwarded", "for other machines")]
    [InlineData("127.0.0.1", "evil.example:8766", null, null, "'evil.example'")]
    [InlineData("127.0.0.1", "evil.example:8766", "http://evil.example:8766", null, "'evil.example'")]
    [InlineData("127.0.0.1", "127.0.0.1.evil.example", null, null, "'127.0.0.1.evil.example'")]
    [InlineData("127.0.0.1", "192.168.1.7:8766", null, null, "'192.168.1.7'")]
    [InlineData("127.0.0.1", "", null, null, "under the name ''")]
    [InlineData("127.0.0.1", "localhost:8766", "https://evil.example", null, "'https://evil.example'")]
    [InlineData("127.0.0.1", "localhost:8766", "http://localhost:3000", null, "'http://localhost:3000'")]
    [InlineData("127.0.0.1", "localhost:8766", "http://localhost:8766.evil.example", null, "may change nothing")]
    [InlineData("127.0.0.1", "localhost:8766", "null", null, "'null'")]
    [InlineData("127.0.0.1", "localhost:8766", "file://localhost:8766", null, "may change nothing")]
    [InlineData("127.0.0.1", "localhost:8766", null, "Sec-Fetch-Site", "Another web page")]
    public void Without_keys_programs_of_this_machine_may_write_and_nobody_in_their_name(
        string from, string host, string? origin, string? header, string? problem)
    {
        var guard = Guard(new ServerOptions { WriteHosts = { "Mine.example" }, CorsOrigins = { "https://app.example" } });

        Problem(guard, from, host, origin, header).ShouldBe(problem);
    }

    [Theory]
    [InlineData(KeyRole.Read, "10.0.0.1:8766", null, "may read alone")]
    [InlineData(KeyRole.Trade, "10.0.0.1:8766", null, null)]
    [InlineData(KeyRole.Admin, "10.0.0.1:8766", null, null)]
    [InlineData(KeyRole.Admin, "evil.example", null, "'evil.example'")]
    [InlineData(KeyRole.Trade, "10.0.0.1:8766", "https://evil.example", "'https://evil.example'")]
    [InlineData(KeyRole.Trade, "10.0.0.1:8766", "http://10.0.0.1:8766", null)]
    [InlineData(null, "localhost", null, "may read alone")]
    public void With_keys_the_role_decides_wherever_it_comes_from(KeyRole? role, string host, string? origin, string? problem)
    {
        var file = new KeyFile(_keys, TimeProvider.System);
        var (key, _) = file.Add("bot", role ?? KeyRole.Trade);
        var guard = Guard(new ServerOptions { KeysPath = _keys });

        Problem(guard, "10.1.2.3", host, origin, role is null ? null : "X-Api-Key", key).ShouldBe(problem);
    }

    [Theory]
    [InlineData("", "What is sent is no JSON: line 1, byte 1.")]
    [InlineData("{", "What is sent is no JSON: line 1, byte 2.")]
    [InlineData("[]", "Send an object.")]
    [InlineData("null", "Send an object.")]
    [InlineData("""{"code":"a","mesage":"b"}""", "There is no field 'mesage'; did you mean message?")]
    [InlineData("""{"code":"a"}""", "The object needs: code, message.")]
    [InlineData("""{"code":1,"message":"b"}""", "The field 'code' is not what it must be; /openapi.json describes it.")]
    [InlineData("""{"code":"a","code":"b","message":"b"}""", "What is sent names a field twice.")]
    public void What_is_sent_and_is_wrong_is_named(string body, string words) =>
        Should.Throw<RequestException>(() => RequestBody.Read<ErrorAnswer>(Encoding.UTF8.GetBytes(body))).Message.ShouldStartWith(words);

    [Theory]
    [InlineData("text/plain", "wrong_content_type")]
    [InlineData(null, "wrong_content_type")]
    [InlineData("application/x-www-form-urlencoded", "wrong_content_type")]
    [InlineData("application/json; charset=utf-8", null)]
    public async Task What_a_web_page_could_send_unasked_is_not_taken(string? type, string? code)
    {
        var context = new DefaultHttpContext { Request = { ContentType = type, Body = new MemoryStream("{}"u8.ToArray()) } };
        var read = RequestBody.ReadAsync(context.Request, 10, mustBeJson: true, CancellationToken.None);

        if (code is null)
        {
            (await read).ShouldBe("{}"u8.ToArray());
        }
        else
        {
            (await Should.ThrowAsync<RequestException>(() => read)).Code.ShouldBe(code);
        }
    }

    private static WriteGuard Guard(ServerOptions options)
    {
        return new WriteGuard(new ConnectionGate(options, new Quotas(options), null!, NullLogger<ConnectionGate>.Instance), options);
    }

    /// <summary>The part of the problem's words that is expected, where they have it.</summary>
    private static PartOf Problem(WriteGuard guard, string from, string host, string? origin, string? header, string value = "cross-site")
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        context.Request.Method = HttpMethods.Post;
        context.Request.Headers.Host = host;
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        if (header is not null)
        {
            context.Request.Headers[header] = value;
        }

        return new PartOf(guard.ProblemOf(context));
    }

    private sealed record PartOf(string? Words)
    {
        public void ShouldBe(string? part)
        {
            if (part is null)
            {
                Words.ShouldBeNull();
            }
            else
            {
                Words.ShouldNotBeNull().ShouldContain(part);
            }
        }
    }
}
