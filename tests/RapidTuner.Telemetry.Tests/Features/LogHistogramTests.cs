using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Telemetry.Features;

namespace RapidTuner.Telemetry.Tests.Features;

public sealed class LogHistogramTests
{
    [Fact]
    public void Quantile_AnyValues_IsWithinTheStatedErrorOfNearestRank() => Prop.ForAll<long[], byte>((raw, q) =>
    {
        var values = raw.Select(v => Math.Abs(v % LogHistogram.ValueMax)).ToArray();
        var histogram = Of(values);
        if (values.Length == 0)
        {
            return double.IsNaN(histogram.Quantile(0.5));
        }

        var share = q / 255.0;
        Array.Sort(values);
        var exact = values[Math.Max(1, (int)Math.Ceiling(share * values.Length)) - 1];
        return Math.Abs(histogram.Quantile(share) - exact) <= exact * LogHistogram.RelativeErrorMax;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Merge_AnyParts_EqualsAddingEverything() => Prop.ForAll<int[], int[]>((a, b) =>
    {
        var merged = Of(a.Select(v => (long)v));
        merged.Merge(Of(b.Select(v => (long)v)));
        return Bytes(merged).SequenceEqual(Bytes(Of(b.Concat(a).Select(v => (long)v))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_OfWritten_IsTheSame() => Prop.ForAll<int[]>(values =>
    {
        var bytes = Bytes(Of(values.Select(v => (long)v)));
        var again = new LogHistogram();
        var reader = new VarintReader(bytes);
        again.Read(ref reader);
        return reader.AtEnd && Bytes(again).SequenceEqual(bytes);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_AnyBytes_ReadsOrRefuses() => Prop.ForAll<byte[]>(bytes =>
    {
        try
        {
            var reader = new VarintReader(bytes);
            new LogHistogram().Read(ref reader);
        }
        catch (InvalidDataException)
        {
            // Refused: the other allowed answer.
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    public void Quantile_SmallValue_IsExact(long value) => Assert.Equal(value, Of([value]).Quantile(0.99));

    [Fact]
    public void Add_OutOfRange_IsClamped()
    {
        var histogram = Of([-5, long.MaxValue]);
        Assert.Equal(0, histogram.Quantile(0));
        Assert.Equal(LogHistogram.ValueMax, histogram.Quantile(1), LogHistogram.ValueMax * LogHistogram.RelativeErrorMax);
    }

    [Fact]
    public void Clear_ForgetsEverything()
    {
        var histogram = Of([1, 1000, 1_000_000]);
        histogram.Clear();
        histogram.Add(7, 3);
        Assert.Equal(Bytes(Of([7, 7, 7])), Bytes(histogram));
    }

    [Fact]
    public void Add_AllocatesNothing()
    {
        var histogram = Of([1]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            histogram.Add(i * 37L);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static LogHistogram Of(IEnumerable<long> values)
    {
        var histogram = new LogHistogram();
        foreach (var value in values)
        {
            histogram.Add(value);
        }

        return histogram;
    }

    private static byte[] Bytes(LogHistogram histogram)
    {
        var bytes = new List<byte>();
        var writer = new VarintWriter(bytes);
        histogram.Write(ref writer);
        return [.. bytes];
    }
}
