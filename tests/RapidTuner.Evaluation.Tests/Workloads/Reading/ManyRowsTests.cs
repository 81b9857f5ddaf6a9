using System.IO.Compression;
using System.Text;
using RapidTuner.Evaluation.Workloads.Reading;

namespace RapidTuner.Evaluation.Tests.Workloads.Reading;

public sealed class ManyRowsTests
{
    private const int Chunks = 100;
    private const int RowsPerChunk = 100_000;

    /// <summary>A row is 24 bytes in memory; reading may not cost more than a third above it.</summary>
    private const long BytesPerRowMax = 32;

    [Fact]
    public void Read_TenMillionRows_TakesBoundedMemory()
    {
        using var folder = new TempFolder();
        var path = folder.PathOf("many.csv.gz");
        Write(path);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var trace = TraceReader.Read(path);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Chunks * RowsPerChunk, trace.Requests.Length);
        Assert.InRange(allocated, 0, BytesPerRowMax * Chunks * RowsPerChunk);
    }

    private static void Write(string path)
    {
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        gzip.Write("arrival_s,prompt_tokens,output_tokens\n"u8);
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            gzip.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{chunk}.5,1200,34\n", RowsPerChunk))));
        }
    }
}
