using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace OhlcvConnector.Forecasting.Onnx;

/// <summary>Writes fields of protocol buffers: what an ONNX file is made of.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public ProtoWriter Number(int field, long value)
    {
        Variable((ulong)(field << 3));
        Variable((ulong)value);
        return this;
    }

    public ProtoWriter Single(int field, float value)
    {
        Variable((ulong)((field << 3) | 5));
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public ProtoWriter Data(int field, ReadOnlySpan<byte> value)
    {
        Variable((ulong)((field << 3) | 2));
        Variable((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtoWriter Text(int field, string value) => Data(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        return Data(field, inner.Bytes);
    }

    private void Variable(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
