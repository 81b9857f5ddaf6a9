using System.Runtime.InteropServices;
using System.Text;
using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Engine.Gpu.Kernels;

/// <summary>NVRTC and hipRTC have the same shape: make a program, compile it, read the log or the image, destroy it.</summary>
internal abstract unsafe class CompilerCalls : IKernelCompiler
{
    /// <inheritdoc/>
    public abstract string Version { get; }

    /// <summary>The function's prefix, for messages.</summary>
    protected abstract string Name { get; }

    /// <inheritdoc/>
    public byte[] Compile(string source, string architecture)
    {
        Check(Create(out var program, source), "CreateProgram");
        try
        {
            var options = Options(architecture).Select(o => Encoding.UTF8.GetBytes(o + '\0')).ToArray();
            var pinned = options.Select(o => GCHandle.Alloc(o, GCHandleType.Pinned)).ToArray();
            var pointers = stackalloc byte*[options.Length];
            for (var i = 0; i < pinned.Length; i++)
            {
                pointers[i] = (byte*)pinned[i].AddrOfPinnedObject();
            }

            var compiled = Compile(program, options.Length, pointers);
            Array.ForEach(pinned, p => p.Free());
            if (compiled != 0)
            {
                throw new GpuException($"{Name}CompileProgram", compiled, ErrorName(compiled), $"the compiler says:\n{Log(program)}");
            }

            Check(ImageSize(program, out var size), "GetImageSize");
            var image = new byte[size];
            fixed (byte* to = image)
            {
                Check(Image(program, to), "GetImage");
            }

            return image;
        }
        finally
        {
            Destroy(ref program);
        }
    }

    /// <summary>Compiler options for an architecture.</summary>
    protected abstract IEnumerable<string> Options(string architecture);

    /// <summary>Makes a program.</summary>
    protected abstract int Create(out nint program, string source);

    /// <summary>Compiles it.</summary>
    protected abstract int Compile(nint program, int count, byte** options);

    /// <summary>Bytes of the log.</summary>
    protected abstract int LogSize(nint program, out nuint bytes);

    /// <summary>The log.</summary>
    protected abstract int Log(nint program, byte* to);

    /// <summary>Bytes of the image.</summary>
    protected abstract int ImageSize(nint program, out nuint bytes);

    /// <summary>The image.</summary>
    protected abstract int Image(nint program, byte* to);

    /// <summary>Gives the program back.</summary>
    protected abstract void Destroy(ref nint program);

    /// <summary>A code's name.</summary>
    protected abstract string ErrorName(int code);

    private string Log(nint program)
    {
        if (LogSize(program, out var size) != 0 || size == 0)
        {
            return "(no log)";
        }

        var text = new byte[size];
        fixed (byte* to = text)
        {
            return Log(program, to) == 0 ? Encoding.UTF8.GetString(text).TrimEnd('\0', '\n') : "(no log)";
        }
    }

    private void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new GpuException(Name + call, code, ErrorName(code));
        }
    }
}
