using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>
/// A palette made real: every partition and its stream are created once, so that applying a split is a look-up and costs the device nothing.
/// </summary>
public sealed class PartitionSet : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<int, GpuLane> _prefill;
    private readonly Dictionary<int, GpuLane> _decode;
    private readonly Palette _palette;

    /// <summary>Creates the partitions and streams of <paramref name="palette"/>; what was made is given back when one fails.</summary>
    /// <exception cref="GpuException">The driver refuses one of them.</exception>
    public PartitionSet(GpuDevice device, Palette palette)
    {
        _palette = palette;
        var before = device.Memory.Free;
        try
        {
            _prefill = palette.PrefillUnits.ToDictionary(u => u, u => Make(device, new UnitRange(u, FromEnd: false)));
            _decode = palette.DecodeUnits.ToDictionary(u => u, u => Make(device, new UnitRange(u, FromEnd: true)));
        }
        catch
        {
            Dispose();
            throw;
        }

        MemoryBytes = Math.Max(0, before - device.Memory.Free);
    }

    /// <summary>Device memory that the partitions and their streams took, bytes.</summary>
    public long MemoryBytes { get; }

    /// <summary>The streams of the nearest split that the palette has.</summary>
    public (GpuLane Prefill, GpuLane Decode) Apply(Split split)
    {
        var nearest = _palette.Nearest(split);
        return (_prefill[nearest.PrefillUnits], _decode[nearest.DecodeUnits]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _owned.Clear();
    }

    private GpuLane Make(GpuDevice device, UnitRange range)
    {
        GpuLane stream;
        if (range.Units == device.Info.Units)
        {
            stream = device.CreateStream();
        }
        else
        {
            var partition = device.CreatePartition(range);
            _owned.Add(partition);
            stream = partition.CreateStream();
        }

        _owned.Add(stream);
        return stream;
    }
}
