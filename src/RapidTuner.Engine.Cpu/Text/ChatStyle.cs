namespace RapidTuner.Engine.Cpu.Text;

/// <summary>How a model's conversations are written. A checkpoint's own template is a program; it is never run, it is one of these or none.</summary>
internal enum ChatStyle
{
    /// <summary>Lines of "role: text", for models without a template.</summary>
    Plain,

    /// <summary>Llama 3: header marks around the role, an end mark after each turn.</summary>
    Llama3,

    /// <summary>Qwen: ChatML.</summary>
    ChatMl,

    /// <summary>Mistral: instructions between [INST] and [/INST].</summary>
    Mistral,
}
