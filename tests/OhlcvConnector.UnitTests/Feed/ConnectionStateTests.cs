using System.Net.Sockets;
using OhlcvConnector.Infrastructure.Engine.Feed;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>A connection ends once, for one reason, by one side, whatever comes after it.</summary>
public sealed class ConnectionStateTests : IDisposable
{
    private readonly ConnectionState _state = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public void Dispose()
    {
        _socket.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void The_first_reason_counts_and_says_whose_it_was()
    {
        _state.Open();

        _state.EndByVenue("the exchange closed").ShouldBe("the exchange closed");
        _state.EndByUs("ours").ShouldBe(ConnectionPhase.Ending);
        _state.EndByVenue("another").ShouldBe("the exchange closed");

        _state.IsEndedByUs.ShouldBeFalse();
    }

    [Fact]
    public void Who_ends_it_hears_in_which_phase_it_was()
    {
        _state.EndByUs("while dialling").ShouldBe(ConnectionPhase.Dialling);
        _state.Open();

        _state.Phase.ShouldBe(ConnectionPhase.Ending);
        _state.IsEndedByUs.ShouldBeTrue();
    }

    [Fact]
    public void An_open_connection_is_left_with_a_word()
    {
        _state.Attach(_socket);
        _state.Open();

        _state.EndByUs("enough").ShouldBe(ConnectionPhase.Open);

        _socket.SafeHandle.IsClosed.ShouldBeFalse();
    }

    [Fact]
    public void A_cut_disposes_of_the_socket_and_ends_the_dialling()
    {
        _state.Attach(_socket);

        _state.Cut();

        _socket.SafeHandle.IsClosed.ShouldBeTrue();
        _state.Dialling.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void A_socket_that_comes_after_the_end_is_disposed_of_at_once()
    {
        _state.EndByUs("given up");

        _state.Attach(_socket);

        _socket.SafeHandle.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void A_socket_that_is_gone_takes_no_message()
    {
        _state.Attach(_socket);
        _state.Cut();

        _state.CanWrite().ShouldBeFalse();
    }
}
