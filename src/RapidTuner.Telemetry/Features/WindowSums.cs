namespace RapidTuner.Telemetry.Features;

/// <summary>What a window adds up: whole numbers and four sketches. Merging windows merges these, exactly.</summary>
internal sealed class WindowSums
{
    private const byte Version = 1;

    private readonly long[] _sums = new long[(int)Sum.Count];

    public LogHistogram PromptTokens { get; } = new();

    public LogHistogram OutputTokens { get; } = new();

    public LogHistogram TtftUs { get; } = new();

    public LogHistogram ItlUs { get; } = new();

    public long this[Sum sum]
    {
        get => _sums[(int)sum];
        set => _sums[(int)sum] = value;
    }

    public void Add(Sum sum, long value) => _sums[(int)sum] += value;

    public void Max(Sum sum, long value) => _sums[(int)sum] = Math.Max(_sums[(int)sum], value);

    public void Clear()
    {
        Array.Clear(_sums);
        PromptTokens.Clear();
        OutputTokens.Clear();
        TtftUs.Clear();
        ItlUs.Clear();
    }

    public void Merge(WindowSums other)
    {
        for (var sum = Sum.RequestsArrived; sum < Sum.Count; sum++)
        {
            if (IsMax(sum))
            {
                Max(sum, other[sum]);
            }
            else
            {
                Add(sum, other[sum]);
            }
        }

        PromptTokens.Merge(other.PromptTokens);
        OutputTokens.Merge(other.OutputTokens);
        TtftUs.Merge(other.TtftUs);
        ItlUs.Merge(other.ItlUs);
    }

    public byte[] ToBytes()
    {
        var bytes = new List<byte>(256) { Version };
        var writer = new VarintWriter(bytes);
        writer.Add(_sums.Length);
        foreach (var sum in _sums)
        {
            writer.Add(sum);
        }

        PromptTokens.Write(ref writer);
        OutputTokens.Write(ref writer);
        TtftUs.Write(ref writer);
        ItlUs.Write(ref writer);
        return [.. bytes];
    }

    /// <summary>Merges what <see cref="ToBytes"/> wrote, of this version or an earlier one with fewer sums.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged or from a later version.</exception>
    public void MergeBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != Version)
        {
            throw new InvalidDataException("a window's sums are of a version that this program does not read");
        }

        var reader = new VarintReader(bytes[1..]);
        var sums = reader.Next();
        if (sums is < 0 or > (long)Sum.Count)
        {
            throw new InvalidDataException("a window holds more sums than this program knows");
        }

        for (var i = 0; i < sums; i++)
        {
            var sum = (Sum)i;
            var value = reader.Next();
            _sums[i] = IsMax(sum) ? Math.Max(_sums[i], value) : _sums[i] + value;
        }

        PromptTokens.Read(ref reader);
        OutputTokens.Read(ref reader);
        TtftUs.Read(ref reader);
        ItlUs.Read(ref reader);
    }

    private static bool IsMax(Sum sum) => sum is Sum.KvUsedMaxE4 or Sum.PrefillQueuedMax or Sum.PrefillOldestWaitMaxUs;
}
