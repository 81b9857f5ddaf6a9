using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Artefacts;

/// <summary>
/// The file of a learned model: magic, version, sizes, SHA-256, a JSON header and binary sections. Everything is bounded and
/// checked before it is parsed: a file that is damaged, crafted or newer than this reader is refused whole.
/// </summary>
/// <remarks>Layout: 8 bytes magic, 4 version, 4 header bytes, 8 payload bytes, 32 checksum of all the other bytes, header, payload.</remarks>
internal static class ArtefactFile
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const uint Version = 1;

    /// <summary>Largest file, bytes; chosen: 100 times the largest model of the measured tables.</summary>
    public const long FileBytesMax = 1L << 30;

    /// <summary>Largest JSON header, bytes.</summary>
    public const int HeaderBytesMax = 16 << 20;

    /// <summary>Deepest nesting of the JSON header.</summary>
    public const int HeaderDepthMax = 12;

    private const int PrefixBytes = 24 + SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Magic => "RTMODEL\n"u8;

    /// <summary>How headers are written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = HeaderDepthMax,
        AllowTrailingCommas = false,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    /// <summary>Writes a file; it appears under its name only when it is whole and on disk.</summary>
    public static void Write(string path, byte[] header, ReadOnlySpan<byte> payload)
    {
        var prefix = new byte[PrefixBytes];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(12), (uint)header.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(prefix.AsSpan(16), (ulong)payload.Length);
        Checksum(prefix, header, payload).CopyTo(prefix, 24);

        var unfinished = path + ".unfinished";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(prefix);
            file.Write(header);
            file.Write(payload);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads a file's header and payload.</summary>
    /// <exception cref="BadInputException">It is no artefact that this program can trust.</exception>
    public static (ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Payload) Read(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            throw new BadInputException(path, "there is no such file", "give the path of a model written by `learn fit`");
        }

        if (info.Length is < PrefixBytes or > FileBytesMax)
        {
            throw new BadInputException(path, $"has {info.Length} bytes, which no model has", "give a file written by `learn fit`");
        }

        var bytes = File.ReadAllBytes(path);
        if (!bytes.AsSpan().StartsWith(Magic))
        {
            throw new BadInputException(path, "is no RapidTuner model", "give a file written by `learn fit`");
        }

        return Parse(path, bytes);
    }

    private static (ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Payload) Parse(string path, byte[] bytes)
    {
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (version > Version)
        {
            throw new BadInputException(path, $"has format {version}, this program reads up to {Version}", "use a newer RapidTuner");
        }

        var headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        var payloadBytes = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16));
        if (version == 0 || headerBytes > HeaderBytesMax || payloadBytes > FileBytesMax || PrefixBytes + (ulong)headerBytes + payloadBytes != (ulong)bytes.Length)
        {
            throw new BadInputException(path, "is damaged: its sizes do not add up", "copy or fit it again");
        }

        var header = bytes.AsMemory(PrefixBytes, (int)headerBytes);
        var payload = bytes.AsMemory(PrefixBytes + (int)headerBytes);
        if (!Checksum(bytes.AsSpan(0, PrefixBytes), header.Span, payload.Span).AsSpan().SequenceEqual(bytes.AsSpan(24, SHA256.HashSizeInBytes)))
        {
            throw new BadInputException(path, "is damaged: its checksum does not match", "copy or fit it again");
        }

        return (header, payload);
    }

    private static byte[] Checksum(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(prefix[..24]);
        hash.AppendData(header);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }
}
