using System.Buffers.Binary;
using System.Text;

namespace OhlcvConnector.Indicators;

/// <summary>A saved state: a mark, the specification it belongs to, and the numbers of each indicator of the chain, bit by bit.</summary>
internal static class IndicatorState
{
    private const uint Mark = 0x31_44_4E_49; // "IND1"

    public static byte[] Write(string specification, IReadOnlyList<double[]> states)
    {
        var name = Encoding.UTF8.GetBytes(specification);
        var bytes = new byte[8 + name.Length + states.Sum(state => sizeof(double) * state.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), name.Length);
        name.CopyTo(bytes, 8);
        var at = 8 + name.Length;
        foreach (var number in states.SelectMany(state => state))
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), BitConverter.DoubleToInt64Bits(number));
            at += sizeof(double);
        }

        return bytes;
    }

    public static void Read(ReadOnlySpan<byte> bytes, string specification, IReadOnlyList<double[]> states)
    {
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark)
        {
            throw new InvalidDataException("This is no state of an indicator.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        var name = length >= 0 && length <= bytes.Length - 8 ? Encoding.UTF8.GetString(bytes.Slice(8, length)) : "";
        if (name != specification || bytes.Length != 8 + length + states.Sum(state => sizeof(double) * state.Length))
        {
            throw new InvalidDataException($"This is the state of '{name}', not of '{specification}'.");
        }

        var at = 8 + length;
        foreach (var state in states)
        {
            for (var index = 0; index < state.Length; index++, at += sizeof(double))
            {
                state[index] = BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]));
            }
        }
    }
}
