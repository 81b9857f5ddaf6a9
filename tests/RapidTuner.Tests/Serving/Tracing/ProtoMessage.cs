using System.Buffers.Binary;
using System.Text;

namespace RapidTuner.Tests.Serving.Tracing;

/// <summary>A protobuf message, read by field numbers alone.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var key = Varint(bytes.Span, ref at);
            var field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _fields.Add((field, Varint(bytes.Span, ref at), default));
                    break;
                case 1:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]), default));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes.Span, ref at);
                    _fields.Add((field, 0, bytes.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]), default));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7} at byte {at}");
            }
        }
    }

    public IEnumerable<ProtoMessage> Messages(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtoMessage(f.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(_fields.Single(f => f.Field == field).Bytes.Span);

    public ulong Number(int field) => _fields.Single(f => f.Field == field).Number;

    /// <summary>OTLP's AnyValue as text: string, bool, int, double.</summary>
    public string Any() => _fields.Single() switch
    {
        (1, _, var bytes) => Encoding.UTF8.GetString(bytes.Span),
        (4, var bits, _) => BitConverter.UInt64BitsToDouble(bits).ToString("R"),
        var (_, number, _) => ((long)number).ToString(),
    };

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var (value, shift) = (0ul, 0);
        while (true)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }
}
