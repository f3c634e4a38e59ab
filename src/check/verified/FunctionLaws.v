(* FunctionLaws.v - laws that check_function_laws accepts are constant along the gradient flow of the
   network that the text denotes, with the functions of the real numbers.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Readings
  Simulation Diff Claims
  Flow Text Relu TrueFlow Symbols Functions SymbolValues Motion Curves FunctionFlow FunctionFields.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.
Add Ring RealRing2 : (cth Rring).

(* ------------------------------------------------------------------ a law and its family *)
Section Law.
  Variable I : functions.
  Variable text : string.
  Variable t : compiled.
  Hypothesis Ht : compile text = Ok t.
  Notation P := (t_problem t).
  Notation n := (p_dim P).
  Variable first : positive.
  Hypothesis Hfirst : (Z.of_nat (n + p_frozen P) < Zpos first)%Z.
  Variable s : string.
  Variable l : law.
  Hypothesis Hl : compile_function_law t s = Ok l.
  Variable h : frac.
  Variable Th : table.
  Hypothesis Hlaw : law_symbols first l = Ok (h, Th).
  Variable A : analysis.
  Hypothesis HA : analyse P first Th = Ok A.
  Hypothesis Hh : law_holds P first A h Th = true.
  Notation T := (a_table A).
  Notation K := (sem_ops Reals).
  Notation full := (full I A).
  Notation lm := (lm first A).
  Let table_facts := table_facts I t first Th A HA.
  Let full_ok := full_ok I t first Th A HA.
  Let sat_start := sat_start I t first Th A HA.
  Let lm_ok := lm_ok I t first Th A HA.
  Let output_member := output_member I text t Ht first Hfirst Th A HA.
  Let field_member := field_member I text t Ht first Th A HA.
  Notation bound := (after first Th).
  Definition early (b : positive) : bool := (pure P first b && Pos.ltb b bound)%bool.

  Lemma law_facts : constant_den h = true /\ onvars (fun b => moving first (a_motions A) b && Pos.ltb b
    bound)%bool (fst h) = true /\
    onvars early (fst h) = true /\ (forall d a, In d Th -> In a (snd (snd d)) -> onvars (pure P first) (fst a)
      = true) /\
    forall X, In X (a_fields A) -> is_nil (reduce T (along_field P A (fst h) X)) = true.
  Proof.
    unfold law_holds in Hh. apply andb_prop in Hh as [H H6]. apply andb_prop in H as [H H5]. apply andb_prop
      in H as [H H4].
    apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2]. split; [exact H1|].
    assert (Both : forall S1 S2 p, onvars S1 p = true -> onvars S2 p = true -> onvars (fun b => S1 b && S2
      b)%bool p = true).
    { intros S1 S2 p. unfold onvars. rewrite !forallb_forall. intros G1 G2 x Hx. specialize (G1 x Hx).
      specialize (G2 x Hx).
      rewrite forallb_forall in *. intros b Hb. rewrite (G1 b Hb), (G2 b Hb). reflexivity. }
    split; [apply Both; assumption|]. split; [apply Both; assumption|]. split.
    - intros d a Hd Ha. rewrite forallb_forall in H4. specialize (H4 d Hd). rewrite forallb_forall in H4.
      auto.
    - intros X HX. rewrite forallb_forall in H6. auto.
  Qed.
  Lemma law_run e : exists tl tv u', values_of first l [] [] = Ok (tl, Th) /\
    run_with R (K e) (real_units I) l [] [] = (tv, u') /\ law_value_at I text s e = pev (full e) (fst h) / pev
      (full e) (snd h).
  Proof.
    assert (HL := Hlaw). unfold law_symbols in HL. destruct (values_of first l [] []) as [[tl T']|] eqn:EV;
      [|discriminate].
    injection HL as Eh ->. destruct (run_with R (K e) (real_units I) l [] []) as [tv u'] eqn:ER. exists tl,
      tv, u'.
    split; [reflexivity|]. split; [reflexivity|].
    destruct (values_ok I first True (full e) e (fun a H => proj1 (full_ok e) a H) l _ _ _ _ _ _ _ _ EV ER) as
      [_
      V].
    destruct (V (sat_start e) (Forall2_nil _)) as [M _].
    unfold law_value_at.
    destruct (compile_law_with_ok (K e) (real_units I) _ text t s l tv u' Ht Hl ER) as [-> _].
    assert (Q : means Reals (full e) (entry (frac_ops variable) (last tl []) 0 0) (entry (K e) (last tv []) 0
      0)).
    { unfold entry. apply (nth_rel (means Reals (full e))).
      - intros _. cbn [o0 frac_ops sem_ops fst snd peval]. cbn. ring.
      - apply (nth_rel (Forall2 (means Reals (full e)))); [constructor|]. apply last_rel; [constructor|exact
        M]. }
    rewrite Eh in Q. apply (fval_means (full e) h); [exact Q|apply law_facts].
  Qed.
  Definition gradient_at (e : positive -> R) (a : positive) : R := pev (full e) (lie (fget (total lm a)) (fst
    h)).
  Lemma in_law id d : In (id, d) T -> (id < bound)%positive -> In (id, d) Th.
  Proof.
    destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _). intros Hin Hlt.
    destruct d as [f args]. destruct (ordered_in _ _ _ _ _ HO Hin) as (H1 & _).
    assert (HP : ordered first Th = true) by (rewrite HT in HO; apply ordered_prefix in HO; exact HO).
    destruct (ordered_some Th first id HP H1) as [d' Hd']; [unfold after in Hlt; lia|].
    assert (E : (f, args) = d'); [|rewrite E; exact Hd'].
    apply (ordered_unique T first id _ _ HO Hin). rewrite HT. apply in_or_app. now left.
  Qed.
  Section Agree.
    Variables e e' : positive -> R.
    Hypothesis He : forall a, known P a = true -> e a = e' a.
    Lemma agree b : early b = true -> full e b = full e' b.
    Proof.
      destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _).
      assert (G : forall N b, (Pos.to_nat b < N)%nat -> early b = true -> full e b = full e' b).
      { induction N as [|N IH]; intros b' Hb He'; [lia|]. assert (EB := He'). unfold early, pure in He'.
        apply andb_prop in He' as [H1 H2]. apply Pos.ltb_lt in H2. destruct (known P b') eqn:EK.
        - assert (F := known_before P first Hfirst b' EK). rewrite !(fun x => proj1 (full_ok x)) by exact F.
          auto.
        - cbn [orb] in H1. apply Pos.leb_le in H1.
          assert (HP : ordered first Th = true) by (rewrite HT in HO; apply ordered_prefix in HO; exact HO).
          destruct (ordered_some Th first b' HP H1) as [[f args] Hd]; [unfold after in H2; lia|].
          assert (S1 := sat_start e _ Hd). assert (S2 := sat_start e' _ Hd). unfold stands in S1, S2. cbn [fst
            snd] in *.
          rewrite S1, S2. f_equal. apply map_ext_in. intros a Ha. destruct (ordered_in _ _ _ _ _ HP Hd) as (_
            & _ & HC).
          destruct (HC a Ha) as [C V]. destruct law_facts as (_ & _ & _ & HPure & _).
          apply (fval_agree (fun c => pure P first c && Pos.ltb c b')%bool); [exact C| |].
          + specialize (HPure _ a Hd Ha). unfold onvars in *. rewrite forallb_forall in *. intros x Hx.
            specialize (V x Hx). specialize (HPure x Hx). rewrite forallb_forall in *. intros c Hc.
            rewrite (V c Hc), (HPure c Hc). reflexivity.
          + intros c Hc. apply andb_prop in Hc as [C1 C2]. apply Pos.ltb_lt in C2. apply IH; [lia|].
            unfold early. rewrite C1. apply Pos.ltb_lt. lia. }
      intros Hb. apply (G (S (Pos.to_nat b)) b); [lia|exact Hb].
    Qed.
    Lemma agree_args d a : In d Th -> In a (snd (snd d)) -> fval (full e) a = fval (full e') a.
    Proof.
      destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _). intros Hd Ha. destruct d as
        [id [f args]].
      assert (HP : ordered first Th = true) by (rewrite HT in HO; apply ordered_prefix in HO; exact HO).
      destruct (ordered_in _ _ _ _ _ HP Hd) as (H1 & H2 & HC). destruct (HC a Ha) as [C V].
      destruct law_facts as (_ & _ & _ & HPure & _). specialize (HPure _ a Hd Ha).
      apply (fval_agree early); [exact C| |apply agree]. unfold onvars in *. rewrite forallb_forall in *.
        intros x Hx.
      specialize (V x Hx). specialize (HPure x Hx). rewrite forallb_forall in *. intros c Hc. unfold early.
      rewrite (HPure c Hc). specialize (V c Hc). apply Pos.ltb_lt in V. apply Pos.ltb_lt. unfold after. lia.
    Qed.
    Lemma fine_agree : fine True (full e) Th -> fine True (full e') Th.
    Proof.
      intros F d Hd. specialize (F d Hd). replace (map (fval (full e')) (snd (snd d))) with (map (fval (full
        e)) (snd (snd d)));
        [exact F|]. apply map_ext_in. intros a Ha. apply (agree_args d a Hd Ha).
    Qed.
    Lemma gradient_agree a : is_state n a = true -> gradient_at e a = gradient_at e' a.
    Proof.
      intros Ha. unfold gradient_at. rewrite !(lie_ok Rring).
      destruct table_facts as (tt & u & lm' & fs & gs & _ & HT & _ & _ & HO & _). destruct lm_ok as [HM _].
      destruct (motion_list first T HO (a_motions A) lm HM) as (_ & HS & Ind).
      destruct (total_ok first T HO (a_motions A) lm HM n (state_early P first Hfirst) a Ha) as [B1 B2].
      assert (G : forall b, moving first (a_motions A) b = true -> early b = true ->
        pev (full e) (fget (total lm a) b) = pev (full e') (fget (total lm a) b)).
      { apply (Ind (fun b => early b = true -> pev (full e) (fget (total lm a) b) = pev (full e') (fget (total
        lm a) b))).
        - intros b Hb _. rewrite B1 by exact Hb. destruct (Pos.eqb b a); [rewrite !(ev_one Reals)|];
          reflexivity.
        - intros id [f args] [p m] L1 Hin Hm Hl1 HQ HOn He'. rewrite !(B2 id p m Hl1).
          unfold early in He'. apply andb_prop in He' as [_ Hlt]. apply Pos.ltb_lt in Hlt.
          assert (Hh1 := in_law id _ Hin Hlt).
          destruct (motion_ok I first T HO (full e) id f args p m (proj2 (full_ok e)) Hin Hm) as [(_ & -> &
            ->)|(x & z & -> & _ & -> & Ez & _ & E1)];
            [reflexivity|].
          destruct (motion_ok I first T HO (full e') id f _ p _ (proj2 (full_ok e')) Hin Hm) as [(Ff & -> &
            _)|(x' & z' & Ex & _ & _ & Ez' & _ & E2)].
          { cbn [peval]. cbn. ring. }
          injection Ex as <-. rewrite Ez in Ez'. injection Ez' as <-.
          rewrite E1, E2, (agree_args _ x Hh1 (or_introl eq_refl)). f_equal.
          destruct (ordered_in _ _ _ _ _ HO Hin) as (_ & _ & HC). destruct (HC x (or_introl eq_refl)) as [_
            V].
          destruct law_facts as (_ & _ & _ & HPure & _). specialize (HPure _ x Hh1 (or_introl eq_refl)).
          cbn [snd forallb] in HOn. rewrite andb_true_r in HOn.
          assert (On : onvars (fun b => moving first L1 b && early b)%bool (fst x) = true).
          { unfold onvars in *. rewrite forallb_forall in *. intros y Hy. specialize (V y Hy). specialize
            (HPure y Hy).
            specialize (HOn y Hy). rewrite forallb_forall in *. intros c Hc. rewrite (HOn c Hc). unfold early.
            rewrite (HPure c Hc). specialize (V c Hc). apply Pos.ltb_lt in V. apply Pos.ltb_lt. lia. }
          transitivity (dp Rring (full e) (fun b => pev (full e') (fget (total lm a) b)) (fst x)).
          + apply (dp_ext Rring (full e) (fun b => moving first L1 b && early b)%bool); [|exact On].
            intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply HQ; assumption.
          + apply (dp_rho_ext Rring (fun b => moving first L1 b && early b)%bool); [|exact On].
            intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply agree. assumption. }
      destruct law_facts as (_ & HMv & HEa & _).
      assert (On : onvars (fun b => moving first (a_motions A) b && early b)%bool (fst h) = true).
      { unfold onvars in *. rewrite forallb_forall in *. intros y Hy. specialize (HMv y Hy). specialize (HEa y
        Hy).
        rewrite forallb_forall in *. intros c Hc. specialize (HMv c Hc). apply andb_prop in HMv as [-> _].
        rewrite (HEa c Hc). reflexivity. }
      transitivity (dp Rring (full e) (fun b => pev (full e') (fget (total lm a) b)) (fst h)).
      - apply (dp_ext Rring (full e) (fun b => moving first (a_motions A) b && early b)%bool); [|exact On].
        intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply G; assumption.
      - apply (dp_rho_ext Rring (fun b => moving first (a_motions A) b && early b)%bool); [|exact On].
        intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply agree. assumption.
    Qed.
  End Agree.

  (* ---------------------------------------------------------------- the members *)
  Lemma identity X e : In X (a_fields A) -> fine True (full e) T ->
    ssum Reals (vars n) (fun a => pev (full e) (fget X a) * gradient_at e a) = 0.
  Proof.
    intros HX HF. destruct law_facts as (_ & _ & _ & _ & HZ). specialize (HZ X HX).
    destruct table_facts as (tt & u & lm' & fs & gs & _ & _ & _ & _ & HO & _). destruct lm_ok as [_ HD].
    apply (@is_nil_ok_ring Rring _ (full e)) in HZ.
    apply (reduce_zero I (full e) T first HO (proj2 (full_ok e)) True HF) in HZ.
    etransitivity; [|exact HZ]. unfold along_field. rewrite (peval_norm Rring). unfold gradient_at.
    assert (G : forall vs, (forall a, In a vs -> is_state n a = true) ->
      ssum Reals vs (fun a => pev (full e) (fget X a) * pev (full e) (lie (fget (total lm a)) (fst h))) =
      pev (full e) (flat_map (fun a => match fget X a with [] => [] | x =>
        match derived (a_totals A) a (fst h) with [] => [] | d => pmul d x end end) vs)).
    { induction vs as [|a vs IH]; intros HV; cbn [ssum flat_map]; [reflexivity|].
      rewrite (peval_app Rring), <- IH by (intros; apply HV; now right). rewrite HD by (apply HV; now left).
      set (x := fget X a). set (d := lie (fget (total lm a)) (fst h)).
      clearbody x d. apply (f_equal (fun y : R => y + _)). destruct x as [|x0 x]; [cbn; ring|].
      destruct d as [|d0 d]; [cbn; ring|]. rewrite (peval_mul Rring). cbn. ring. }
    apply G. intros a Ha. apply is_state_spec. exact Ha.
  Qed.
  (* a member that is a field of the analysis, up to a factor *)
  Lemma member_flat e m X D : In X (a_fields A) -> D <> 0%Z -> fine True (full e) T ->
    (forall a, is_state n a = true -> pev (full e) (fget X a) = phi Rring D * m a) ->
    ssum Reals (vars n) (fun a => m a * gradient_at e a) = 0.
  Proof.
    intros HX ND F HS. assert (ID := identity X e HX F).
    assert (U : phi Rring D <> 0) by (rewrite phi_IZR; apply IZR_nonzero; exact ND).
    apply (Rmult_eq_reg_l (phi Rring D)); [|exact U]. rewrite Rmult_0_r. etransitivity; [|exact ID].
    symmetry. etransitivity; [|exact (ssum_scale Reals (vars n) (phi Rring D) (fun a => m a * gradient_at e
      a))].
    refine (ssum_ext Reals _ _ _ _). intros a Ha. apply is_state_spec in Ha. rewrite (HS a Ha). cbn. ring.
  Qed.
  Lemma velocity_flat e w : fine True (full e) Th -> function_velocity I text e w ->
    ssum Reals (vars n) (fun a => w a * gradient_at e a) = 0.
  Proof.
    intros HF H.
    assert (Add : forall c e' m v, (forall a, is_known text a = true -> e' a = e a) ->
      ssum Reals (vars n) (fun a => m a * gradient_at e' a) = 0 -> ssum Reals (vars n) (fun a => v a *
        gradient_at e a) = 0 ->
      ssum Reals (vars n) (fun a => (c * m a + v a) * gradient_at e a) = 0).
    { intros c e' m v He H1 H2.
      transitivity (ssum Reals (vars n) (fun a => c * (m a * gradient_at e' a)) +
        ssum Reals (vars n) (fun a => v a * gradient_at e a)).
      - etransitivity; [|exact (ssum_add Reals (vars n) (fun a => c * (m a * gradient_at e' a)) (fun a => v a
        * gradient_at e a))].
        refine (ssum_ext Reals _ _ _ _). intros a Ha. apply is_state_spec in Ha.
        rewrite (gradient_agree e' e) by (exact Ha || (intros b Hb; apply He; rewrite (known_known text t Ht);
          exact Hb)).
        cbn. ring.
      - rewrite H2. change (ssum Reals (vars n) (fun a => c * (m a * gradient_at e' a)) + 0 = 0).
        rewrite Rplus_0_r. etransitivity; [exact (ssum_scale Reals (vars n) c (fun a => m a * gradient_at e'
          a))|].
        rewrite H1. cbn. ring. }
    assert (Fine : forall e', (forall a, is_known text a = true -> e' a = e a) -> fine True (full e') Th).
    { intros e' He. apply (fine_agree e e'); [|exact HF]. intros a Ha. symmetry. apply He.
      rewrite (known_known text t Ht). exact Ha. }
    induction H as [|c e' j g v He HR Hj Hp Hv IH|c e' k v He HR Hk Hv IH].
    - transitivity (ssum Reals (vars n) (fun _ => @c0 Reals)); [|exact (ssum_0 Reals (vars n))].
      refine (ssum_ext Reals _ _ _ _). intros a _. cbn. ring.
    - apply (Add c e' (fun a => weight_at I text e' a * g a) v He); [|exact IH].
      assert (Hp' : forall a, is_state n a = true -> partial (fun e => nth j (outputs_at I text e) 0) a e' (g
        a))
        by (intros a Ha; apply Hp; rewrite (parameter_state text t Ht); exact Ha).
      destruct (output_member e' j g HR (Fine e' He) Hj Hp') as (X & D & HX & ND & F & HS).
      exact (member_flat e' _ X D HX ND F HS).
    - apply (Add c e' (fun a => nth (Pos.to_nat a - 1) (nth k (fields_at I text e') []) 0) v He); [|exact IH].
      destruct (field_member e' k HR (Fine e' He) Hk) as (X & D & HX & ND & F & HS).
      exact (member_flat e' _ X D HX ND F HS).
  Qed.
  Theorem function_law_ok : function_law_constant I text s.
  Proof.
    intros J gamma v Hconv Hd Hcst Hv Hreg.
    destruct law_facts as (Hc & HMv & _). destruct (constant_den_spec h Hc) as (z & Ez & Hz). assert (NZ :=
      IZR_nonzero z Hz).
    set (E := fun x => full (fun a => gamma a x)). set (val := fun x => law_value_at I text s (fun a => gamma
      a x)).
    assert (EV : forall x, / IZR z * pev (E x) (fst h) = val x).
    { intros x. unfold val. destruct (law_run (fun a => gamma a x)) as (tl & tv & u' & _ & _ & ->). fold (E
      x).
      rewrite Ez, pev_constant. unfold Rdiv. ring. }
    destruct table_facts as (tt & u & lm' & fs & gs & _ & _ & _ & _ & HO & _). destruct lm_ok as [HM _].
    assert (D : forall x, J x -> derivable_pt_lim val x 0).
    { intros x Hx. assert (HF : fine True (E x) Th).
      { destruct (law_run (fun a => gamma a x)) as (tl & tv & u' & EL & ER & _).
        destruct (values_ok I first True (E x) (fun a => gamma a x) (fun a H => proj1 (full_ok _) a H) l _ _ _
          _ _
          _ _ _ EL ER) as [_ V].
        destruct (V (sat_start _) (Forall2_nil _)) as [_ F]. specialize (Hreg x Hx). unfold law_regular_at in
          Hreg.
        rewrite Ht, Hl in Hreg. destruct Hreg as [R1 R2]. rewrite ER in R1. apply F; [intros d []|exact
          R1|exact R2]. }
      destruct (Hv x Hx) as (w & Hw & Ew).
      apply (deriv_ext (fun x => / IZR z * pev (E x) (fst h))); [exact EV|]. replace 0 with (/ IZR z * 0) by
        ring.
      apply (derivable_pt_lim_scal (fun x => pev (E x) (fst h))).
      replace 0 with (ssum Reals (vars n) (fun a => v a x * pev (E x) (lie (fget (total lm a)) (fst h)))).
      - apply (derivable_value I first T HO (a_motions A) lm HM n (state_early P first Hfirst) E x bound (fun
        a => v a x)
          (fun y => proj2 (full_ok (fun a => gamma a y)))); [| |exact HMv].
        + intros id d Hin Hlt. apply (HF _ (in_law id d Hin Hlt)).
        + intros b Hb. apply (deriv_ext (gamma b)); [intros y; symmetry; exact (proj1 (full_ok (fun a => gamma
          a y)) b Hb)|].
          destruct (is_state n b) eqn:Eb.
          * apply Hd; [exact Hx|]. rewrite (parameter_state text t Ht). exact Eb.
          * apply (deriv_ext (fun _ => gamma b x)); [|apply derivable_pt_lim_const].
            intros y. apply Hcst. rewrite (parameter_state text t Ht). exact Eb.
      - etransitivity; [|exact (velocity_flat (fun a => gamma a x) w HF Hw)]. refine (ssum_ext Reals _ _ _ _).
        intros a Ha. apply is_state_spec in Ha. rewrite (Ew a) by (rewrite (parameter_state text t Ht); exact
          Ha). reflexivity. }
    assert (W : forall x y, J x -> J y -> x < y -> val x = val y).
    { intros x y Hx Hy Hxy. destruct (MVT_cor2 val (fun _ => 0) x y Hxy) as (c & Ec & _); [|lra].
      intros c Hc'. apply D. apply (Hconv x y); auto. }
    intros x y Hx Hy. fold (val x). fold (val y).
    destruct (Rtotal_order x y) as [Q|[Q|Q]]; [auto|now subst|symmetry; auto].
  Qed.
End Law.

(* THEOREM. A law that check_function_laws accepts is constant along the gradient flow of the network that
   the text denotes, with the functions of the real numbers; for every erf, gelu and arbitrary function as
   in Functions.v. *)
Theorem function_laws_conserved text laws : check_function_laws text laws = true -> forall s, In s laws ->
  forall I : functions, function_law_constant I text s.
Proof.
  unfold check_function_laws. destruct (compile text) as [t|] eqn:Ht; [|discriminate]. intros H s Hs I.
  apply andb_prop in H as [Hf H]. apply Z.ltb_lt in Hf.
  destruct (all_ok (compile_function_law t) laws) as [ls|] eqn:EL; [|discriminate].
  destruct (all_ok_in _ _ _ EL s Hs) as (l & El & Hin). cbv zeta in H. rewrite forallb_forall in H. specialize
    (H l Hin).
  unfold check_function_law in H.
  destruct (law_symbols (gate_number (t_layout t) 0) l) as [[h Th]|] eqn:Eh; [|discriminate].
  destruct (match Th with [] => analyse (t_problem t) (gate_number (t_layout t) 0) []
    | _ => analyse (t_problem t) (gate_number (t_layout t) 0) Th end) as [A|] eqn:EA; [|discriminate].
  assert (HA : analyse (t_problem t) (gate_number (t_layout t) 0) Th = Ok A) by (destruct Th; exact EA).
  exact (function_law_ok I text t Ht _ Hf s l El h Th Eh A HA H).
Qed.
