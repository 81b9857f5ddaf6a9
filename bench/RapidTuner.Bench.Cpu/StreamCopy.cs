using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Bench.Cpu;

/// <summary>A copy of memory larger than the caches by several threads at once: what memory gives at best.</summary>
internal sealed unsafe class StreamCopy : IDisposable
{
    private const int BytesPerThread = 96 << 20;

    private readonly NativeBuffer[] _from;
    private readonly NativeBuffer[] _to;

    /// <param name="threads">Threads.</param>
    public StreamCopy(int threads)
    {
        _from = [.. Enumerable.Range(0, threads).Select(_ => new NativeBuffer(BytesPerThread))];
        _to = [.. Enumerable.Range(0, threads).Select(_ => new NativeBuffer(BytesPerThread))];
    }

    /// <summary>Bytes read and written per second, one round.</summary>
    public double BytesPerS()
    {
        var threads = _from.Select((from, i) => new Thread(() => Buffer.MemoryCopy(from.Pointer, _to[i].Pointer, BytesPerThread, BytesPerThread))).ToArray();
        return 2.0 * BytesPerThread * threads.Length / Clock.Seconds(() =>
        {
            foreach (var thread in threads)
            {
                thread.Start();
            }

            foreach (var thread in threads)
            {
                thread.Join();
            }
        });
    }

    public void Dispose()
    {
        foreach (var buffer in _from.Concat(_to))
        {
            buffer.Dispose();
        }
    }
}
