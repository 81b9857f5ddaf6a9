using System.IO.MemoryMappedFiles;
using RapidTuner.Core.Errors;

namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>One safetensors file, mapped into memory: only what is read is loaded.</summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;

    private SafetensorsFile(string path, Dictionary<string, TensorEntry> entries, long dataBegin)
    {
        Path = path;
        Entries = entries;
        _map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _data = pointer + _view.PointerOffset + dataBegin;
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>Opens a file; null with the problems told when it cannot be used.</summary>
    public static SafetensorsFile? Open(string path, Problems found)
    {
        try
        {
            var own = new Problems();
            Dictionary<string, TensorEntry> entries;
            long dataBegin;
            using (var file = File.OpenRead(path))
            {
                entries = SafetensorsHeader.Read(path, file, own, out dataBegin);
            }

            found.AddAll(own);
            return own.Any ? null : new SafetensorsFile(path, entries, dataBegin);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            found.Add(path, unreadable.Message, "give a folder with a checkpoint's safetensors files");
            return null;
        }
    }

    /// <summary>Reads elements of a tensor as floats; the caller has checked that they are there.</summary>
    public void Read(TensorEntry entry, long first, Span<float> into)
    {
        var count = into.Length;
        switch (entry.Type)
        {
            case "F32":
                new ReadOnlySpan<float>(_data + entry.Begin + (first * sizeof(float)), count).CopyTo(into);
                break;
            case "F16":
                System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(_data + entry.Begin + (first * 2), count), into);
                break;
            case "BF16":
                var from = new ReadOnlySpan<ushort>(_data + entry.Begin + (first * 2), count);
                for (var i = 0; i < count; i++)
                {
                    into[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
                }

                break;
            default:
                throw new InvalidOperationException($"{entry.Type} was to be refused before");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
