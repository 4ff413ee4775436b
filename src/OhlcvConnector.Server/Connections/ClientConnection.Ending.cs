using System.Net.WebSockets;
using System.Text.Json;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <content>Says goodbye, in the client's protocol.</content>
internal sealed partial class ClientConnection
{
    /// <summary>
    /// Returns the frames that this client gets when it is cut off because it reads too slowly: an error in its protocol, and the close frame.
    /// </summary>
    public byte[][] CutOffFrames()
    {
        var words =
            $"More than {_client.Options.ClosedQueueCapacity} closed candles waited for this client. Connect again, and resume from the last open time.";
        return
        [
            Session is V1Session
                ? V1Answers.Error(id: null, new RequestException(ErrorCode.SlowConsumer, words), _client.IsSandbox)
                : LegacyProtocol.Error(words, isSandbox: _client.IsSandbox),
            WebSocketFrame.Close(CloseCode.SlowConsumer, ErrorCode.SlowConsumer),
        ];
    }

    private void RefuseKey(string words, bool isV1, JsonElement? id)
    {
        _client.Hub.Counters.ClientRefused();
        CloseWith(CloseCode.PolicyViolation, ErrorCode.Unauthorized, new RequestException(ErrorCode.Unauthorized, words), isV1 || !_client.Options.Legacy, id);
    }

    /// <summary>Says what is wrong in the client's protocol, and closes: clients of the older one always saw an error end the connection normally.</summary>
    private void CloseWith(int code, string reason, RequestException problem, bool isV1, JsonElement? id) => _client.Close(
        isV1 ? code : CloseCode.Normal, reason,
        isV1 ? V1Answers.Error(id, problem, _client.IsSandbox) : LegacyProtocol.Error(problem.Message, isSandbox: _client.IsSandbox));

    private void OnTooBig()
    {
        _client.Hub.Counters.BadMessage();
        var words = $"A message may have {_client.Options.MaxMessageBytes} bytes.";
        _client.Close(CloseCode.TooBig, words, Session is V1Session || !_client.Options.Legacy
            ? V1Answers.Error(id: null, new RequestException(ErrorCode.BadRequest, words), _client.IsSandbox)
            : LegacyProtocol.Error(words, isSandbox: _client.IsSandbox));
    }

    private void Answer(WebSocketCloseStatus? status) => _client.Close(status is { } code ? (int)code : CloseCode.Normal, "");

    /// <summary>
    /// Ends the outbox of a connection that was lost. A violation of the WebSocket protocol was answered by the framework with its own close frame, unless it
    /// is a compressed message that cannot be inflated; anything else is a lost connection.
    /// </summary>
    private void OnLost(Exception exception)
    {
        if (exception is WebSocketException { WebSocketErrorCode: WebSocketError.Success })
        {
            _client.Hub.Counters.BadMessage();
            _client.Close(CloseCode.InvalidPayload, "a compressed message that cannot be inflated");
        }
        else if (exception is WebSocketException { WebSocketErrorCode: not WebSocketError.ConnectionClosedPrematurely })
        {
            _client.Hub.Counters.BadMessage();
            _client.Outbox.Close();
            _client.Outbox.Flush();
        }
        else
        {
            if (!_client.Outbox.Closing.IsCompleted)
            {
                _client.Hub.Counters.ClientLost();
                LogLost(_logger, _pass.Description, exception.InnerException?.Message ?? exception.Message);
            }

            _client.Outbox.Abandon("the client is gone");
        }
    }
}
