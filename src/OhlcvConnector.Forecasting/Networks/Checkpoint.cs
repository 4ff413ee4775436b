using System.Runtime.InteropServices;
using System.Text;
using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting.Networks;

/// <summary>A training on disk after each pass: written beside, then moved into place, so that a kill leaves the old one or the new one.</summary>
internal sealed class Checkpoint(string path, string key)
{
    /// <summary>Writes the state of a training.</summary>
    public void Write(TrainingState state)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(key);
            writer.Write(state.Epoch);
            writer.Write(state.Stale);
            writer.Write(state.BestLoss);
            writer.Write(state.Adam.Steps);
            foreach (var numbers in Arrays(state))
            {
                writer.Write(numbers.Length);
                writer.Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
            }
        }

        HashedFile.Write(path, memory);
    }

    /// <summary>Reads the state of a training of the same key.</summary>
    /// <returns>False where there is none, or it is of another training, or damaged: then training begins anew.</returns>
    public bool TryRead(TrainingState state)
    {
        if (HashedFile.Read(path) is not { } bytes)
        {
            return false;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadString() != key)
        {
            return false;
        }

        (state.Epoch, state.Stale, state.BestLoss, state.Adam.Steps) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt32());
        foreach (var numbers in Arrays(state))
        {
            if (reader.ReadInt32() != numbers.Length)
            {
                return false;
            }

            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        }

        return true;
    }

    private static float[][] Arrays(TrainingState state) => [state.Weights, state.Best, state.Adam.Means, state.Adam.Squares];
}
